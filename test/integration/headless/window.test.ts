import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeScratch, openSession, startServer, type TestServer } from '../../fixtures/headless-server'

let scratch: Awaited<ReturnType<typeof makeScratch>>
let server: TestServer
let nowMs = Date.UTC(2026, 0, 1)
const clock = { now: () => nowMs }

beforeEach(async () => {
  nowMs = Date.UTC(2026, 0, 1)
  scratch = await makeScratch()
  server = await startServer(scratch.dataDir, { clock })
})
afterEach(async () => {
  await server.core.close()
  await scratch.remove()
})

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(`${server.origin}${path}`, { redirect: 'manual', headers })
const enterKey = (key: string): Promise<Response> => fetch(`${server.origin}/session`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ key }) })

describe('a browser at the headless server', () => {
  test('is let in by the code of the ready line, and goes on to the window', async () => {
    const answer = await get(`/?code=${server.code}`)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/')
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/)
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await get('/', { cookie })).text()).toContain('the window')
    expect((await get('/assets/app-1234.js', { cookie })).status).toBe(200)
  })

  test('that comes from another site goes on from a page of ours, so that its cookie is sent', async () => {
    const answer = await get(`/?code=${server.code}`, { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).not.toBeNull()
    expect(await answer.text()).toContain('http-equiv="refresh"')
  })

  test('finds its code unused after a preview of the link looked at it', async () => {
    await fetch(`${server.origin}/?code=${server.code}`, { method: 'HEAD', redirect: 'manual' })
    expect((await get(`/?code=${server.code}`)).status).toBe(303)
  })

  test('is not let in by a code that was used', async () => {
    await get(`/?code=${server.code}`)
    const second = await get(`/?code=${server.code}`)
    expect(second.status).toBe(401)
    expect(second.headers.get('set-cookie')).toBeNull()
    expect(await second.text()).toContain('This code was used already')
  })

  test('is not let in by a code after its hour, nor by a wrong one', async () => {
    expect((await get('/?code=wrong')).status).toBe(401)
    nowMs += 3_600_000
    expect((await get(`/?code=${server.code}`)).status).toBe(401)
  })

  test('without a session gets the lock page, which runs no script, and no file of the window', async () => {
    const answer = await get('/')
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await answer.text()).toContain('FIRST Desktop is locked')
    expect((await get('/assets/app-1234.js')).status).toBe(404)
    expect((await get('/index.html')).status).toBe(404)
  })

  test('gets the window with a policy that runs its own files only', async () => {
    const { headers } = await get('/', { cookie: await openSession(server) })
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';/)
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('is let in by the owner\'s key, typed into the lock page', async () => {
    const answer = await enterKey(server.core.ownerKey)
    expect(answer.status).toBe(303)
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect((await get('/', { cookie })).status).toBe(200)
  })

  test('that guesses keys has to wait after the fifth', async () => {
    for (let guess = 0; guess < 5; guess += 1) expect((await enterKey('fd-wrong')).status).toBe(401)
    const refused = await enterKey(server.core.ownerKey)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('60')
    nowMs += 60_000
    expect((await enterKey(server.core.ownerKey)).status).toBe(303)
  })

  test('stays in over a restart, and for thirty days', async () => {
    const cookie = await openSession(server)
    await server.core.close()
    server = await startServer(scratch.dataDir, { clock })
    expect((await get('/', { cookie })).status).toBe(200)
    nowMs += 30 * 86_400_000
    expect((await get('/', { cookie })).status).toBe(401)
  })

  test('is let out by another key of the owner', async () => {
    const cookie = await openSession(server)
    await server.core.close()
    await rm(join(scratch.dataDir, 'local.key'))
    server = await startServer(scratch.dataDir, { clock })
    expect((await get('/', { cookie })).status).toBe(401)
  })

  test('that sends anything but the form gets the lock page', async () => {
    for (const [type, body] of [['application/json', '{"key":1}'], ['application/json', '{bad'], ['text/plain', 'x'], ['application/x-www-form-urlencoded', `key=${'x'.repeat(9000)}`]] as const) {
      const answer = await fetch(`${server.origin}/session`, { method: 'POST', redirect: 'manual', headers: { 'content-type': type }, body })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await answer.text()).toContain('FIRST Desktop is locked')
    }
  })

  test('cannot leave the folder of the window', async () => {
    const cookie = await openSession(server)
    for (const path of ['/..%2f..%2fdata%2flocal.key', '/assets/..%5c..%5cdata', '/%2e%2e/data/local.key', '/assets/', '//etc/passwd', '/%00']) {
      const answer = await get(path, { cookie })
      expect({ path, status: answer.status, body: await answer.json() }).toMatchObject({ path, status: 404, body: { error: { code: 'not_found' } } })
    }
  })

  test('that was pointed here by a foreign name is refused', async () => {
    const { port } = new URL(server.origin)
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: '/', headers: { host: 'rebound.example.org' } }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      }).end()
    })
    expect(status).toBe(403)
  })
})
