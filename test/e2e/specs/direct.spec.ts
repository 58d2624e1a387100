import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { expect, test } from '../app'
import { chatOf } from '../chat'

let server: OpenAiServer

const configFor = (url: string): string => `version: 1\nclusters:\n  - name: lab\n    kind: direct\n    url: ${url}\n`

test.beforeEach(async () => {
  server = await startOpenAiServer({ models: ['tern-70b'] })
})
test.afterEach(() => server.close())

test('a model of another server answers word by word, and the conversation is there at the next start', async ({ apps }) => {
  const app = await apps.start({ config: configFor(server.url) })
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.chooseModel('tern-70b')
  let goOn = (): void => undefined
  const until = new Promise<void>((resolve) => (goOn = resolve))
  server.behaveOnce({ kind: 'answer', text: 'Energy is mass: $E = mc^2$ as they say.', hold: { afterTokens: 3, until } })
  await chat.ask('What is energy?')
  await expect(chat.answer).toContainText('Energy is mass:')
  await expect(chat.answer).not.toContainText('as they say')
  await expect(chat.stop).toBeVisible()
  goOn()
  await chat.answered()
  await expect(chat.answer).toContainText('as they say.')
  await expect(chat.answer.locator('.katex')).toBeVisible()
  await app.stop()

  const again = chatOf((await app.start()).page)
  await expect(again.answer).toContainText('as they say.')
  await expect(again.model).toHaveAccessibleName(/tern-70b.*lab/)
})

test('a server is added by its address in the first minute, with a key that is in no file of settings', async ({ apps }) => {
  const key = 'sk-of-the-double'
  const guarded = await startOpenAiServer({ models: ['heron-8b'], key })
  try {
    const app = await apps.start()
    const { page } = app
    await page.getByRole('button', { name: 'Add a gateway or server by URL' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a server' })
    await dialog.getByLabel('Address').fill(guarded.url)
    await expect(dialog.getByRole('status')).toContainText('key')
    await dialog.getByLabel('API key').fill(key)
    await expect(dialog.getByRole('status')).toContainText('with 1 model')
    await dialog.getByLabel('Name').fill('shore')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(dialog).toBeHidden()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
    const chat = chatOf(page)
    await chat.chooseModel('heron-8b')
    guarded.behaveOnce({ kind: 'answer', text: 'From the shore.' })
    await chat.ask('Where are you?')
    await expect(chat.answer).toContainText('From the shore.')
    const config = await readFile(join(app.dataDir, 'config.yaml'), 'utf8')
    expect(config).toContain('name: shore')
    expect(config).not.toContain(key)
    await app.stop()

    const again = chatOf((await app.start()).page)
    guarded.behaveOnce({ kind: 'answer', text: 'Still here.' })
    await again.ask('And now?')
    await expect(again.answer).toContainText('Still here.')
  } finally {
    await guarded.close()
  }
})

test('stopping an answer ends it at the server too, and keeps what came', async ({ apps }) => {
  const app = await apps.start({ config: configFor(server.url) })
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.chooseModel('tern-70b')
  server.behaveOnce({ kind: 'answer', text: 'one two three four', hold: { afterTokens: 2, until: new Promise(() => undefined) } })
  await chat.ask('Count')
  await expect(chat.answer).toContainText('one two')
  await chat.stop.click()
  const seen = await server.seen(1)
  expect(await seen.ended).toBe('disconnected')
  await expect(chat.answer).toContainText('one two')
  await expect(chat.answer.getByRole('button', { name: 'Continue' })).toBeVisible()
})

test('a server that is gone is said in words, with a way to try again', async ({ apps }) => {
  const app = await apps.start({ config: configFor(server.url) })
  const chat = chatOf(app.page)
  await chat.lookAround()
  await chat.chooseModel('tern-70b')
  const { port } = server
  await server.close()
  await chat.ask('Are you there?')
  const failure = app.page.getByRole('group', { name: 'The answer failed' })
  await expect(failure).toContainText('Check that the server runs and that its address is right.')
  server = await startOpenAiServer({ models: ['tern-70b'], port })
  server.behaveOnce({ kind: 'answer', text: 'Here I am.' })
  await failure.getByRole('button', { name: 'Retry' }).click()
  await expect(chat.answer).toContainText('Here I am.')
})
