import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import WebSocket from 'ws'
import { expect, test } from '../app'
import { seriousFindings } from '../axe'
import { endServer, openBrowser, startServer, type Server } from '../hosts/headless'

/** A request as any program of the machine can make it. */
async function get(url: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const sent = request(url, { headers })
  const answered = once(sent, 'response')
  sent.end()
  const [response] = (await answered) as [IncomingMessage]
  return { status: response.statusCode ?? 0, text: Buffer.concat((await response.toArray()) as Buffer[]).toString('utf8') }
}

/** The status with which a socket is refused; 101 when it is opened. */
async function openSocket(origin: string, options: { origin?: string; headers?: Record<string, string> } = {}): Promise<number> {
  const socket = new WebSocket(`${origin.replace('http:', 'ws:')}/rpc`, options)
  try {
    return await new Promise((done) => {
      socket.on('open', () => done(101))
      socket.on('unexpected-response', (_request, { statusCode }) => done(statusCode ?? 0))
      socket.on('error', () => undefined)
    })
  } finally {
    socket.terminate()
  }
}

let served: Server
let origin: string

test.beforeEach(async ({ apps }) => {
  served = await startServer(apps.launch())
  origin = new URL(served.address).origin
})
test.afterEach(() => endServer(served.server))

test('the code of the ready line lets one browser in, once', async ({ apps }) => {
  const first = await openBrowser(apps.launch(), join(apps.scratch, 'first'))
  const second = await openBrowser(apps.launch(), join(apps.scratch, 'second'))
  try {
    const [page, other] = [await first.newPage(), await second.newPage()]
    await page.goto(served.address)
    await expect(page.getByRole('heading', { name: 'Welcome to FIRST Desktop' })).toBeVisible()
    expect(page.url()).not.toContain('code=')
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Welcome to FIRST Desktop' })).toBeVisible()

    await other.goto(served.address)
    await expect(other.getByRole('heading', { name: 'FIRST Desktop is locked' })).toBeVisible()
    await expect(other.getByRole('alert')).toContainText('This code was used already')
  } finally {
    await first.close()
    await second.close()
  }
})

test('the owner\'s key opens the lock, a wrong one does not', async ({ apps }) => {
  const browser = await openBrowser(apps.launch(), join(apps.scratch, 'browser'))
  try {
    const page = await browser.newPage()
    await page.goto(origin)
    await expect(page.getByRole('heading', { name: 'FIRST Desktop is locked' })).toBeVisible()
    await page.getByLabel('Owner’s key').fill('fd-wrong')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await expect(page.getByRole('alert')).toContainText('This is not the owner’s key.')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await seriousFindings(page)).toEqual([])
    }
    await page.getByLabel('Owner’s key').fill((await readFile(join(apps.launch().dataDir, 'local.key'), 'utf8')).trim())
    await page.getByRole('button', { name: 'Unlock' }).click()
    await expect(page.getByRole('heading', { name: 'Welcome to FIRST Desktop' })).toBeVisible()
  } finally {
    await browser.close()
  }
})

test('without a session there is the lock page, and no file of the window', async () => {
  const page = await get(`${origin}/`)
  expect(page.status).toBe(401)
  expect(page.text).toContain('FIRST Desktop is locked')
  expect((await get(`${origin}/index.html`)).status).toBe(404)
  expect((await get(`${origin}/appearance.js`)).status).toBe(404)
})

test('a socket needs a session, from a page of this server', async () => {
  const entered = await fetch(served.address, { redirect: 'manual' })
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(cookie).not.toBe('')
  expect(await openSocket(origin, { origin, headers: { cookie } })).toBe(101)
  expect(await openSocket(origin, { origin })).toBe(401)
  expect(await openSocket(origin)).toBe(401)
  expect(await openSocket(origin, { origin: 'https://evil.example', headers: { cookie } })).toBe(403)
  expect(await openSocket(origin, { origin: 'http://127.0.0.1:1', headers: { cookie } })).toBe(403)
})

test('a host name that is not this server\'s is refused (DNS rebinding)', async () => {
  for (const path of ['/', '/v1/models', '/health']) expect((await get(`${origin}${path}`, { host: 'evil.example' })).status, path).toBe(403)
  expect(await openSocket(origin, { origin: 'http://evil.example', headers: { host: 'evil.example' } })).toBe(403)
})
