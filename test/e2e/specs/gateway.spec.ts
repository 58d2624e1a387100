import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Locator, Page } from '@playwright/test'
import type { App } from '../app'
import { chatOf } from '../chat'
import { expect, gate, labModel, test } from '../lab'

/** The gateway's page as a person meets it. */
function gatewayOf(page: Page) {
  const rows = page.getByRole('grid', { name: 'Requests' }).getByRole('row').filter({ hasNot: page.getByRole('columnheader') })
  return {
    rows,
    async open(section: string): Promise<void> {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Gateway' }).click()
      await page.getByRole('navigation', { name: 'Gateway' }).getByRole('link', { name: section }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(section)
    },
    /** Fills the form and stops where the key is shown. */
    async createKey(name: string): Promise<{ readonly dialog: Locator; readonly secret: string }> {
      await this.open('Keys')
      await page.getByRole('button', { name: 'Create a key' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill(name)
      await page.getByRole('button', { name: 'Create', exact: true }).click()
      const dialog = page.getByRole('dialog', { name: `The key for ${name}` })
      return { dialog, secret: (await dialog.getByText(/^fd-/).textContent()) ?? '' }
    },
    key: (name: string) => page.getByRole('main').locator('div').filter({ hasText: name }).filter({ has: page.getByRole('button', { name: `Revoke ${name}` }) }).last(),
    filter: (name: string) => page.getByRole('group', { name: 'Filters' }).getByRole('combobox', { name }),
  }
}

interface Asked {
  readonly status: number
  readonly body: { readonly error?: { readonly code?: string; readonly message?: string } }
}

/** One question over HTTP, as a program of somebody else asks it. */
async function ask(app: App, key: string, more: object = {}): Promise<Asked> {
  const response = await fetch(`${await app.gatewayUrl()}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: labModel, messages: [{ role: 'user', content: 'Hello' }], ...more }),
  })
  return { status: response.status, body: (await response.json()) as Asked['body'] }
}

/** What was copied last. */
async function clipboardOf({ page, electron }: App): Promise<string> {
  if (electron !== undefined) return electron.evaluate(({ clipboard }) => clipboard.readText())
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  return page.evaluate(() => navigator.clipboard.readText())
}

test('a key is made, copied, used, seen at work and revoked', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const gateway = gatewayOf(page)
  const { dialog, secret } = await gateway.createKey('nightly')
  await page.keyboard.press('Escape')
  await expect(dialog.getByRole('status')).toContainText('It is not copied yet, and cannot be shown again.')
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await clipboardOf(app)).toBe(secret)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(secret)).toHaveCount(0)
  await expect(gateway.key('nightly')).toContainText('Not used yet')

  expect((await ask(app, secret)).status).toBe(200)
  const held = gate()
  lab.server.behaveOnce({ kind: 'answer', text: 'one two three four', hold: { afterTokens: 2, until: held.until } })
  const running = fetch(`${await app.gatewayUrl()}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'x-api-key': secret, 'content-type': 'application/json' },
    body: JSON.stringify({ model: labModel, stream: true, messages: [{ role: 'user', content: 'Count' }] }),
  }).then((response) => response.text())
  await gateway.open('Requests')
  await expect(gateway.rows).toHaveCount(2)
  await expect(gateway.rows.first()).toContainText('Answering')
  await expect(gateway.rows.last()).toContainText('OK 200')
  await expect(gateway.rows.last()).toContainText('nightly')
  held.open()
  await running
  await expect(gateway.rows.first()).toContainText('OK 200')

  await gateway.rows.last().click()
  const details = page.getByRole('complementary', { name: 'Request' })
  await expect(details).toContainText('/v1/chat/completions')
  await expect(details).toContainText('lab')
  await page.keyboard.press('ArrowUp')
  await expect(details).toContainText('Chat, streamed')
  await page.keyboard.press('Escape')
  await expect(details).toBeHidden()
  await expect(gateway.rows.first()).toBeFocused()
  await page.keyboard.press('Enter')
  await details.getByRole('button', { name: 'Close the details' }).click()
  await expect(gateway.rows.first()).toBeFocused()

  await gateway.open('Keys')
  await expect(gateway.key('nightly')).toContainText('Used just now')
  await page.getByRole('button', { name: 'Revoke nightly' }).click()
  const question = page.getByRole('alertdialog', { name: 'Revoke nightly?' })
  await question.getByRole('button', { name: 'Cancel' }).click()
  expect((await ask(app, secret)).status).toBe(200)
  await page.getByRole('button', { name: 'Revoke nightly' }).click()
  await question.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('button', { name: 'Revoke nightly' })).toHaveCount(0)
  await expect(page.getByText(/^Revoked /)).toBeVisible()
  expect((await ask(app, secret)).status).toBe(401)

  await gateway.open('Requests')
  await expect(gateway.rows).toHaveCount(3)
  await gateway.filter('Kind').selectOption('All requests')
  await expect(gateway.rows.filter({ hasText: 'Failed 401' })).toHaveCount(1)
})

test('requests are filtered by model, key, server and outcome, and the filters stay', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const gateway = gatewayOf(page)
  const { dialog, secret } = await gateway.createKey('agent')
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  const owner = await app.ownerKey()
  expect((await ask(app, secret)).status).toBe(200)
  expect((await ask(app, owner, { model: 'guide' })).status).toBe(200)
  expect((await ask(app, owner, { model: labModel, temperature: 'warm' })).status).toBe(400)

  await gateway.open('Requests')
  await expect(gateway.rows.filter({ hasText: 'OK 200' })).toHaveCount(2)
  await gateway.filter('Key').selectOption('agent')
  await expect(gateway.rows).toHaveCount(1)
  await expect(gateway.rows).toContainText(labModel)
  await gateway.filter('Result').selectOption('Failed')
  await expect(page.getByText('No request fits these filters')).toBeVisible()
  await gateway.open('Usage')
  await gateway.open('Requests')
  await expect(gateway.filter('Key')).toHaveValue(/^key-/)
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await gateway.filter('Model').selectOption('guide')
  await expect(gateway.rows).toHaveCount(1)
  await expect(gateway.rows).toContainText('here')
  await gateway.filter('Server').selectOption('lab')
  await expect(page.getByText('No request fits these filters')).toBeVisible()
  await gateway.filter('Model').selectOption('All models')
  await expect(gateway.rows.filter({ hasText: 'OK 200' })).toHaveCount(1)
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await gateway.filter('Kind').selectOption('All requests')
  await gateway.filter('Result').selectOption('Failed')
  await expect(gateway.rows.filter({ hasText: 'Failed 400' })).toHaveCount(1)
})

test('turned off, the gateway refuses the keys of others, and goes on for its owner', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const gateway = gatewayOf(page)
  const { dialog, secret } = await gateway.createKey('colleague')
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await gateway.open('Overview')
  const serving = page.getByRole('switch', { name: 'Serve others' })
  await expect(serving).toBeChecked()
  await expect(page.getByText(`${await app.gatewayUrl()}/v1`, { exact: true })).toBeVisible()
  await expect(page.getByText('Only this machine reaches it')).toBeVisible()
  await serving.click()
  await expect(serving).not.toBeChecked()
  await expect(page.getByText('Every key that you gave away is refused.')).toBeVisible()
  expect(await readFile(join(app.dataDir, 'config.yaml'), 'utf8')).toContain('isServing: false')
  const refused = await ask(app, secret)
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'gateway_off' } } })
  expect((await ask(app, await app.ownerKey())).status).toBe(200)
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Chat' }).click()
  await chatOf(page).ask('Do you still answer?')
  await chatOf(page).answered()
  await expect(chatOf(page).answer).toContainText('You said: Do you still answer?')

  await gateway.open('Overview')
  await serving.click()
  await expect(serving).toBeChecked()
  expect((await ask(app, secret)).status).toBe(200)
})

test('the texts to paste hold the model, the address and the new key, and work as they are', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const gateway = gatewayOf(page)
  const { dialog, secret } = await gateway.createKey('laptop')
  await dialog.getByRole('button', { name: 'Show how to connect' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect')
  await expect(page.getByText('The texts below hold the key for laptop.')).toBeVisible()

  const code = (name: string): Locator => page.getByRole('figure', { name: `Code, ${name}` })
  const copied = async (name: string): Promise<string> => {
    await code(name).getByRole('button', { name: 'Copy code' }).click()
    await expect(code(name).getByRole('button', { name: 'Copied' })).toBeVisible()
    return clipboardOf(app)
  }
  const pasted = await copied('curl')
  const { stdout } = await promisify(execFile)('bash', ['-c', `${pasted} --silent`])
  const { model, choices } = JSON.parse(stdout) as { model: string; choices: { message: { content: string } }[] }
  expect(model).toBe(labModel)
  expect(choices[0]?.message.content).toContain('Why is the sky blue?')

  await page.getByRole('combobox', { name: 'Model' }).selectOption('guide')
  await page.getByRole('radio', { name: 'Python' }).click()
  const python = await copied('Python')
  for (const part of [`${await app.gatewayUrl()}/v1`, secret, '"guide"']) expect(python).toContain(part)
  await page.getByRole('radio', { name: 'Codex' }).click()
  expect(await copied('Command')).toBe('first-desktop agent configure codex --model guide')
  expect(await copied('~/.codex/config.toml')).toContain(secret)
  for (const [agent, files] of Object.entries({ OpenCode: ['~/.config/opencode/opencode.json'], Pi: ['~/.pi/agent/models.json', '~/.pi/agent/settings.json'], 'Claude Code': ['~/.claude/settings.json'] })) {
    await page.getByRole('radio', { name: agent }).click()
    for (const file of files) await expect(code(file)).toContainText('guide')
  }

  await page.getByRole('button', { name: 'Take it out' }).click()
  await expect(page.getByText(secret)).toHaveCount(0)
  await expect(code('~/.claude/settings.json')).toContainText('YOUR_KEY')
})

test('usage is counted by model, key and time, in the table as in the chart', async ({ lab }) => {
  const app = await lab.start()
  const { page } = app
  const gateway = gatewayOf(page)
  const { dialog, secret } = await gateway.createKey('thesis')
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  for (let asked = 0; asked < 3; asked += 1) expect((await ask(app, secret)).status).toBe(200)
  expect((await ask(app, await app.ownerKey(), { model: 'guide' })).status).toBe(200)

  await gateway.open('Usage')
  await expect(page.getByRole('img', { name: /^Chart of requests by hour/ }).locator('canvas')).toBeVisible()
  const numbers = page.getByRole('region', { name: 'Numbers of the chart' })
  /** In all its rows: an hour or a day may end between two requests. */
  const counted = (): Promise<number> => numbers.getByRole('row').evaluateAll((rows) => rows.reduce((sum, row) => sum + Number(row.querySelector('td')?.textContent ?? 0), 0))
  const breakdown = page.getByRole('table').last()
  await expect.poll(counted).toBe(4)
  await expect(breakdown.getByRole('row').nth(1)).toContainText(new RegExp(`${labModel}.*3`))
  await breakdown.getByRole('button', { name: labModel }).click()
  await expect.poll(counted).toBe(3)
  await page.getByRole('radio', { name: '7 d' }).click()
  await expect(page.getByRole('img', { name: /^Chart of requests by day/ })).toBeVisible()
  await expect(numbers.getByRole('row')).toHaveCount(8)
  await page.getByRole('button', { name: 'Show everything again' }).click()
  await expect.poll(counted).toBe(4)
  await page.getByRole('radio', { name: 'Key' }).click()
  await expect(breakdown.getByRole('row').nth(1)).toContainText(/thesis.*3/)
  await page.getByRole('radio', { name: 'Day' }).click()
  await expect(breakdown.getByRole('row').nth(1)).toContainText('4')
  await page.getByRole('radio', { name: 'Tokens' }).click()
  await expect(page.getByRole('img', { name: /^Chart of tokens by day/ })).toBeVisible()
})

test('the palette leads to a new key, to the requests and to the texts; a server is added from here', async ({ lab }) => {
  const { page } = await lab.start()
  const choose = async (words: string): Promise<void> => {
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('dialog', { name: 'Search and commands' }).getByRole('combobox').fill(words)
    await expect(page.getByRole('option', { selected: true })).toContainText(words)
    await page.keyboard.press('Enter')
  }
  await choose('Create a key')
  await expect(page.getByRole('dialog', { name: 'Create a key' }).getByLabel('Name')).toBeFocused()
  await page.keyboard.press('Escape')
  await choose('Requests now')
  await expect(page.getByText('No request yet')).toBeVisible()
  await page.getByRole('button', { name: 'Connect a program' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Connect')
  await page.keyboard.press('ControlOrMeta+Shift+g')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview')

  await gatewayOf(page).open('Servers')
  await expect(page.getByRole('region', { name: 'lab' }).getByRole('list', { name: 'Models of lab' })).toContainText(labModel)
  await page.getByRole('button', { name: 'Add a server' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a server' })
  await dialog.getByLabel('Address').fill(lab.server.url)
  await expect(dialog.getByRole('list', { name: 'Models found' })).toContainText(labModel)
  await dialog.getByLabel('Name').fill('second')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByRole('region', { name: 'second' })).toContainText('Reachable')
})
