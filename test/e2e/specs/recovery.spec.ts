import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { freePortFrom } from '../../fixtures/free-port'
import { expect, openApps, test as base, type App, type StoppedApp } from '../app'
import { chatOf, isStored } from '../chat'

/** Chromium's folder of the window's databases. */
const databasesOf = ({ electron, dataDir, home }: StoppedApp): string => join(electron === undefined ? join(home, 'browser', 'Default') : join(dataDir, 'window'), 'IndexedDB')

/** The core's folder of snapshots, and the compressed files in it, newest first. */
const backupsOf = ({ dataDir }: StoppedApp): string => join(dataDir, 'backups')
async function backupFiles(app: StoppedApp): Promise<string[]> {
  return (await readdir(backupsOf(app))).filter((name) => name.endsWith('.jsonl.gz')).sort().reverse().map((name) => join(backupsOf(app), name))
}

/** Overwrites with noise what `isHit` names, in place. */
async function ruin(folder: string, isHit: (name: string) => boolean): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && isHit(entry.name))
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name)
    await writeFile(path, randomBytes(Math.max(64, (await stat(path)).size)))
  }
  return files.length
}

async function flipBytes(path: string): Promise<void> {
  const bytes = await readFile(path)
  for (let at = Math.floor(bytes.length / 2); at < bytes.length / 2 + 16; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0xff
  await writeFile(path, bytes)
}

/** Puts another database in the place of the window's, with a table of the same name that has another key. */
function replaceDatabase(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        indexedDB.deleteDatabase('first-desktop')
        const opening = indexedDB.open('first-desktop', 20)
        opening.onupgradeneeded = () => opening.result.createObjectStore('conversations', { keyPath: 'another' })
        opening.onerror = () => failed(opening.error ?? new Error('IndexedDB failed'))
        opening.onsuccess = () => {
          opening.result.close()
          done()
        }
      }),
  )
}

async function goToData(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByRole('heading', { name: 'Data', level: 1 }).waitFor()
}

async function goToChat(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
}

const restoreButtons = (page: Page): Locator => page.getByRole('button', { name: 'Restore', exact: true })

/** On the page of the data: takes a snapshot, and waits until it is in the list. */
async function backUp(page: Page): Promise<void> {
  const before = await restoreButtons(page).count()
  await page.getByRole('button', { name: 'Back up now' }).click()
  await expect(restoreButtons(page)).toHaveCount(before + 1)
}

/** Two conversations, one of them with a formula and a draft; a snapshot of them; and the app is stopped. */
async function withBackup(app: App): Promise<void> {
  const { page } = app
  const chat = chatOf(page)
  await chat.lookAround()
  await chat.ask('What can FIRST Desktop do?')
  await chat.answered()
  await page.getByRole('button', { name: 'New chat' }).click()
  await chat.ask('Show me some math')
  await chat.answered()
  await chat.message.fill('A thought not yet sent')
  await expect.poll(() => isStored(page, 'A thought not yet sent')).toBe(true)
  await goToData(page)
  await backUp(page)
  await expect(page.getByText('2 conversations, 4 messages')).toBeVisible()
  await app.stop()
}

/** Each test that needs a backup gets a copy of the same one. */
const test = base.extend<{ app: StoppedApp }, { backedUp: App }>({
  backedUp: [
    async ({ host, display }, use, { parallelIndex }) => {
      const apps = await openApps({ host, display })
      const app = await apps.start({ port: await freePortFrom(21_000 + 100 * parallelIndex) })
      await withBackup(app)
      await use(app)
      await apps.close()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  app: async ({ apps, backedUp }, use) => use(await apps.copy(backedUp)),
})

/** All that `withBackup` made is here. */
async function expectAll(page: Page): Promise<void> {
  const chat = chatOf(page)
  await expect(chat.conversations).toHaveText([/Show me some math/, /What can FIRST Desktop do\?/])
  await chat.conversations.last().click()
  await expect(chat.answer).toContainText('not a language model')
  await chat.conversations.first().click()
  await expect(chat.questions).toHaveText([/Show me some math/])
  await expect(chat.answer.locator('.katex').first()).toBeVisible()
  await expect(chat.message).toHaveValue('A thought not yet sent')
}

const losses = [
  { name: 'is gone', harm: (folder: string): Promise<unknown> => rm(folder, { recursive: true }) },
  { name: 'is noise in every file', harm: (folder: string): Promise<unknown> => ruin(folder, () => true) },
  { name: 'has noise where its data was', harm: (folder: string): Promise<unknown> => ruin(folder, (name) => /\.(log|ldb)$/.test(name)) },
  { name: 'has lost the list of its files', harm: (folder: string): Promise<unknown> => ruin(folder, (name) => /^(CURRENT|MANIFEST-\d+)$/.test(name)) },
]

for (const { name, harm } of losses)
  test(`a database that ${name} is restored from the snapshot that is offered`, async ({ app }) => {
    await harm(databasesOf(app))

    const after = await app.start()
    const { page } = after
    await expect(page.getByRole('heading', { level: 1, name: /Restore your conversations|Your conversations cannot be read/ })).toBeVisible()
    const offered = page.getByRole('list', { name: 'Backups' }).getByRole('listitem')
    await expect(offered).toHaveCount(1)
    await expect(offered).toContainText('2 conversations, 4 messages')
    await offered.getByRole('button', { name: 'Restore' }).click()
    await expectAll(page)
    await after.stop()

    await expectAll((await after.start()).page)
  })

test('a database that opens and makes no sense is said so, and is replaced by the restore only', async ({ app }) => {
  const second = await app.start()
  await replaceDatabase(second.page)
  await second.stop()

  const third = await second.start()
  await expect(third.page.getByRole('heading', { level: 1 })).toHaveText('Your conversations cannot be read')
  await third.stop()

  const fourth = await third.start()
  await expect(fourth.page.getByRole('heading', { level: 1 })).toHaveText('Your conversations cannot be read')
  await restoreButtons(fourth.page).click()
  await expectAll(fourth.page)
  await fourth.stop()

  await expectAll((await fourth.start()).page)
})

test('who declines begins with an empty window, and finds the snapshots in Settings', async ({ app }) => {
  await rm(databasesOf(app), { recursive: true })

  const second = await app.start()
  await second.page.getByRole('button', { name: 'Begin with an empty window' }).click()
  await expect(second.page.getByRole('heading', { name: 'Welcome to FIRST Desktop' })).toBeVisible()
  await second.stop()

  const third = await second.start()
  const { page } = third
  await chatOf(page).lookAround()
  await expect(page.getByText('No conversations yet')).toBeVisible()
  await goToData(page)
  await expect(page.getByText('2 conversations, 4 messages')).toBeVisible()
  await restoreButtons(page).click()
  await expect(page.getByText('2 conversations and 4 messages came back. What was newer here stayed.')).toBeVisible()
  await goToChat(page)
  await expectAll(page)
})

test('a restore brings back what is missing, and what is newer here stays', async ({ apps }) => {
  const app = await apps.start()
  const { page } = app
  const chat = chatOf(page)
  await chat.lookAround()
  await chat.ask('What can FIRST Desktop do?')
  await chat.answered()
  await goToData(page)
  await backUp(page)
  await expect(page.getByText('1 conversation, 2 messages')).toBeVisible()

  await goToChat(page)
  await chat.ask('How do I add a server?')
  await chat.answered()
  await chat.conversations.first().dblclick()
  await page.getByRole('textbox', { name: 'Title' }).fill('My own name')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'New chat' }).click()
  await chat.ask('Show me some code')
  await chat.answered()
  await goToData(page)
  await backUp(page)
  await expect(page.getByText('2 conversations, 6 messages')).toBeVisible()
  await restoreButtons(page).last().click()
  await expect(page.getByText('0 conversations and 0 messages came back. What was newer here stayed.')).toBeVisible()
  await goToChat(page)
  await expect(chat.conversations).toHaveText([/Show me some code/, /My own name/])
  await chat.conversations.last().click()
  await expect(chat.questions).toHaveText([/What can FIRST Desktop do\?/, /How do I add a server\?/])
})

test('a damaged snapshot is said plainly, and nothing of what is here is lost', async ({ app }) => {
  const [file] = await backupFiles(app)
  await flipBytes(file!)

  const { page } = await app.start()
  await expectAll(page)
  await goToData(page)
  await restoreButtons(page).click()
  await expect(page.getByText('is damaged')).toBeVisible()
  await expect(page.getByText('Choose another snapshot; an older one may be whole.')).toBeVisible()
  await goToChat(page)
  await expectAll(page)
})

test('after a damaged snapshot an older one restores an empty window', async ({ app }) => {
  const second = await app.start()
  await goToData(second.page)
  await expect(restoreButtons(second.page)).toHaveCount(1)
  await backUp(second.page)
  await second.stop()
  const [newest] = await backupFiles(app)
  await flipBytes(newest!)
  await ruin(databasesOf(app), () => true)

  const third = await second.start()
  const { page } = third
  await expect(restoreButtons(page)).toHaveCount(2)
  await restoreButtons(page).first().click()
  await expect(page.getByRole('alert')).toContainText('is damaged')
  await expect(page.getByRole('alert')).toContainText('an older one may be whole')
  await restoreButtons(page).last().click()
  await expectAll(page)
  expect(third.problems).toEqual([])
})

test('a snapshot whose note is gone or garbled is left out of the list, the others stay', async ({ app }) => {
  const second = await app.start()
  await goToData(second.page)
  await expect(restoreButtons(second.page)).toHaveCount(1)
  await backUp(second.page)
  await second.stop()
  const [newest] = await backupFiles(app)
  await writeFile(newest!.replace(/\.jsonl\.gz$/, '.json'), '{"takenAtMs": 1')
  const { page } = await second.start()
  await goToData(page)
  await expect(restoreButtons(page)).toHaveCount(1)
  await expect(page.getByText('2 conversations, 4 messages')).toBeVisible()
})
