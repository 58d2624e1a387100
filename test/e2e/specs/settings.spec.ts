import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { startOpenAiServer } from '../../doubles/openai-server/openai-server'
import { mountSmallDisk } from '../../fixtures/small-disk'
import { chatOf } from '../chat'
import { configFor, expect, test } from '../lab'

const canvas = { light: 'rgb(255, 255, 255)', dark: 'rgb(22, 24, 27)' } as const

async function goTo(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: section }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(section)
}

const dialogOf = (page: Page): Locator => page.getByRole('dialog', { name: 'Add a server' })

async function openAddServer(page: Page): Promise<Locator> {
  await goTo(page, 'Servers and models')
  await page.getByRole('button', { name: 'Add a server' }).click()
  return dialogOf(page)
}

async function chooseAction(page: Page, server: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${server}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** Records what each new page looks like when its first frame is drawn, and which themes it wears after that. */
async function recordThemes(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { themesSeen: seen })
    const note = (): void => {
      const { dataset } = document.documentElement
      const now = `${dataset['theme']} ${getComputedStyle(document.documentElement).backgroundColor}`
      if (seen.at(-1) !== now) seen.push(now)
    }
    requestAnimationFrame(note)
    document.addEventListener('DOMContentLoaded', () => new MutationObserver(note).observe(document.documentElement, { attributeFilter: ['data-theme'] }))
  })
  return () => page.evaluate(() => (window as unknown as { themesSeen: string[] }).themesSeen)
}

test('the theme changes at once, follows the system, and the next start does not flash', async ({ apps }) => {
  const app = await apps.start()
  const { page } = app
  const html = page.locator('html')
  const body = page.locator('body')
  await chatOf(page).lookAround()
  await goTo(page, 'General')
  await page.getByRole('radio', { name: 'Light' }).click()
  await expect(body).toHaveCSS('background-color', canvas.light)
  await page.getByRole('radio', { name: 'Dark' }).click()
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await expect(body).toHaveCSS('background-color', canvas.dark)
  if (app.electron !== undefined) await expect.poll(() => readFile(join(app.dataDir, 'shell.json'), 'utf8')).toContain('"dark"')
  await app.stop()

  const again = await app.start()
  await expect(again.page.locator('body')).toHaveCSS('background-color', canvas.dark)
  // What the window's frame shows before the page has painted.
  const backgrounds = await again.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.getBackgroundColor()))
  expect(backgrounds ?? ['#16181B']).toEqual(['#16181B'])
  const themesSeen = await recordThemes(again.page)
  await again.page.reload()
  await goTo(again.page, 'General')
  expect(await themesSeen()).toEqual([`dark ${canvas.dark}`])

  await again.page.getByRole('radio', { name: 'System' }).click()
  for (const theme of ['light', 'dark', 'light'] as const) {
    await again.page.emulateMedia({ colorScheme: theme })
    await expect(again.page.locator('body')).toHaveCSS('background-color', canvas[theme])
  }
})

test('text size and the key that sends are kept', async ({ apps }) => {
  const app = await apps.start()
  await chatOf(app.page).lookAround()
  await goTo(app.page, 'General')
  await app.page.getByRole('radio', { name: 'Large' }).click()
  await app.page.getByRole('radiogroup', { name: 'Send with' }).getByRole('radio').last().click()
  await expect(app.page.getByText('Enter begins a new line.', { exact: true })).toBeVisible()
  await expect(app.page.locator('html')).toHaveCSS('font-size', '18px')
  await app.stop()

  const { page } = await app.start()
  const chat = chatOf(page)
  await expect(page.locator('html')).toHaveCSS('font-size', '18px')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
  await chat.message.pressSequentially('What can')
  await page.keyboard.press('Enter')
  await page.keyboard.type('FIRST Desktop do?')
  await expect(chat.message).toHaveValue('What can\nFIRST Desktop do?')
  await page.keyboard.press('ControlOrMeta+Enter')
  await chat.answered()
  await expect(chat.questions).toHaveCount(1)
})

test('an address where no such server is gets a plain sentence, before anything is kept', async ({ apps }) => {
  const web = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>Hello</title>'))
  const address = await listen(web)
  // Below the ports that the system hands out: one that was given back could be a model's the next moment.
  const nobody = 'http://127.0.0.1:9'
  const guarded = await startOpenAiServer({ models: ['heron-8b'], key: 'sk-right' })
  try {
    const app = await apps.start()
    const { page } = app
    await chatOf(page).lookAround()
    const dialog = await openAddServer(page)
    const result = dialog.getByRole('status')
    const field = dialog.getByLabel('Address')
    await field.fill('not an address')
    await expect(dialog.getByRole('alert')).toHaveText('This is no address of a server.')
    await expect(dialog.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
    await field.fill(nobody)
    await expect(result).toContainText(`Nothing listens at ${new URL(nobody).host}.`)
    await expect(result).toContainText('Check that the server runs and that its address is right.')
    await field.fill(address)
    await expect(result).toContainText('is a web page, not a list of models.')
    await field.fill(guarded.url)
    await expect(result).toContainText('wants an API key (401).')
    await dialog.getByLabel('API key').fill('sk-wrong')
    await expect(result).toContainText('refused the API key (401).')
    await dialog.getByLabel('API key').fill('sk-right')
    await expect(result).toContainText('with 1 model')
    await expect(dialog.getByRole('list', { name: 'Models found' })).toContainText('heron-8b')
    await dialog.getByLabel('Name').fill('Not A Name')
    await expect(dialog.getByRole('alert')).toContainText('Lower-case letters, digits and dashes')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText('No server yet.')).toBeVisible()
  } finally {
    await end(web)
    await guarded.close()
  }
})

test('a server is added with a wrong key, gets the right one, answers, and is removed after a question', async ({ apps }) => {
  const guarded = await startOpenAiServer({ models: ['heron-8b'], key: 'sk-right' })
  try {
    const app = await apps.start()
    const { page } = app
    const chat = chatOf(page)
    await chat.lookAround()
    const dialog = await openAddServer(page)
    await dialog.getByLabel('Address').fill(guarded.url)
    await dialog.getByLabel('API key').fill('sk-wrong')
    await expect(dialog.getByRole('status')).toContainText('refused the API key')
    await dialog.getByLabel('Name').fill('shore')
    await dialog.getByRole('button', { name: 'Add all the same' }).click()
    await expect(dialog).toBeHidden()
    await expect(page.getByText('Not reachable', { exact: true })).toBeVisible()
    await expect(page.getByText('refused the API key (401).')).toBeVisible()

    await chooseAction(page, 'shore', 'Change the key')
    const keyDialog = page.getByRole('dialog', { name: 'Key of shore' })
    await keyDialog.getByLabel('API key').fill('sk-right')
    await keyDialog.getByRole('button', { name: 'Save' }).click()
    await expect(keyDialog).toBeHidden()
    await expect(page.getByText('Reachable', { exact: true })).toBeVisible()
    await expect(page.getByText('1 model, as of just now')).toBeVisible()
    expect(await readFile(join(app.dataDir, 'config.yaml'), 'utf8')).not.toContain('sk-')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
    await chat.chooseModel('heron-8b')
    await chat.ask('Hello')
    await chat.answered()
    await expect(chat.answer).toContainText('You said: Hello')

    await goTo(page, 'Servers and models')
    const question = page.getByRole('alertdialog', { name: 'Remove shore?' })
    await chooseAction(page, 'shore', 'Remove')
    await expect(question).toContainText('Your conversations with them stay.')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect(question).toBeHidden()
    await expect(page.getByText('shore', { exact: true })).toBeVisible()
    await chooseAction(page, 'shore', 'Remove')
    await question.getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByText('No server yet.')).toBeVisible()
    expect(await readFile(join(app.dataDir, 'config.yaml'), 'utf8')).not.toContain('shore')
    await app.stop()

    const again = (await app.start()).page
    await expect(chatOf(again).conversations).toHaveText(['Hello'])
    await goTo(again, 'Servers and models')
    await expect(again.getByText('No server yet.')).toBeVisible()
  } finally {
    await guarded.close()
  }
})

test('a config.yaml that is broken while the app runs is named by its line, and the last good one stays', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const chat = chatOf(page)
  const file = join(app.dataDir, 'config.yaml')
  const banner = page.getByRole('status').filter({ hasText: 'config.yaml' })
  await writeFile(file, lab.config.replace('  - name', '\t- name'))
  await expect(banner).toContainText(`${file}, line 3`)
  await expect(banner).toContainText('The last good settings stay in use until it is corrected.')
  await chat.ask('Do you still answer?')
  await chat.answered()
  await expect(chat.answer).toContainText('You said: Do you still answer?')

  const dialog = await openAddServer(page)
  await dialog.getByLabel('Address').fill(lab.server.url)
  await expect(dialog.getByRole('status')).toContainText('with 1 model')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText(`Nothing was changed: ${file} has a mistake in line 3: this line is indented with a tab`)
  await page.keyboard.press('Escape')
  expect(await readFile(file, 'utf8')).toContain('\t- name')

  await writeFile(file, `${lab.config}    urll: typo\n`)
  await expect(banner).toContainText('line 6')
  await expect(banner).toContainText('did you mean url?')
  await writeFile(file, lab.config)
  await expect(banner).toHaveCount(0)
})

test('a server that is written into config.yaml by hand is there at once, and gone when it is taken out', async ({ apps }) => {
  const server = await startOpenAiServer({ models: ['heron-8b'] })
  try {
    const app = await apps.start()
    const { page } = app
    await chatOf(page).lookAround()
    await goTo(page, 'Servers and models')
    await expect(page.getByText('No server yet.')).toBeVisible()
    await writeFile(join(app.dataDir, 'config.yaml'), `# mine\n${configFor(server.url, 'by-hand')}`)
    await expect(page.getByText('by-hand', { exact: true })).toBeVisible()
    await expect(page.getByText('Reachable', { exact: true })).toBeVisible()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
    await chatOf(page).chooseModel('heron-8b')
    await chatOf(page).ask('Hello')
    await chatOf(page).answered()
    await writeFile(join(app.dataDir, 'config.yaml'), 'version: 1\n')
    await expect(page.getByRole('status').filter({ hasText: 'heron-8b is not listed by by-hand now' })).toBeVisible()
    await goTo(page, 'Servers and models')
    await expect(page.getByText('No server yet.')).toBeVisible()
  } finally {
    await server.close()
  }
})

// Where this user may mount: a disk of the data directory that is nearly full.
const probe = mountSmallDisk(1)
probe?.remove()
if (probe !== undefined)
  test('a disk with little room left is said above every page', async ({ apps }) => {
    const disk = mountSmallDisk(400)!
    try {
      const app = await apps.start({ dataDir: join(disk.path, 'data') })
      const { page } = app
      await chatOf(page).lookAround()
      const banner = page.getByRole('status').filter({ hasText: 'are free on the disk of your data' })
      await expect(banner).toContainText(/Only [34]\d\d MB are free/)
      await goTo(page, 'Data')
      await expect(banner).toBeVisible()
      await expect(page.getByText('Free on the disk', { exact: true })).toBeVisible()
      await app.stop()
    } finally {
      disk.remove()
    }
  })

test('About shows the version, and Data where everything is', async ({ apps }) => {
  const app = await apps.start()
  const { page } = app
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
  await chatOf(page).lookAround()
  await goTo(page, 'About')
  await expect(page.getByText(`Version ${version}`)).toBeVisible()
  await expect(page.getByText(app.electron === undefined ? 'Server, shown in a browser' : 'Desktop app')).toBeVisible()
  await goTo(page, 'Data')
  await expect(page.getByText(app.dataDir, { exact: true })).toBeVisible()
})

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function end(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
