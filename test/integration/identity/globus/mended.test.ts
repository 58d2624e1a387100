import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Account } from '@shared/domain/account'
import { createBrowser } from '../../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { makeScratch, startServer, type TestServer } from '../../../fixtures/headless-server'
import { openClient, type TestClient } from '../../../fixtures/rpc-client'
import { until } from '../../../fixtures/until'
import { ada } from './desk'
import { startGuardedSite, type GuardedSite } from './guarded-site'

const model = 'org/chat'
let globus: Globus
let alcf: GuardedSite
let scratch: Awaited<ReturnType<typeof makeScratch>>
let server: TestServer
let client: TestClient
let logLines: string

beforeEach(async () => {
  globus = await startGlobus()
  for (const [name, value] of Object.entries(globus.env)) vi.stubEnv(name, value)
  alcf = await startGuardedSite(globus, { clusters: [{ name: 'sophia', frameworks: { vllm: [model] } }] })
  scratch = await makeScratch()
  await mkdir(scratch.dataDir)
  await writeFile(join(scratch.dataDir, 'config.yaml'), `clusters: [{ name: alcf, kind: first, url: "${alcf.url}", site: alcf }]\n`)
  logLines = ''
  server = await startServer(scratch.dataDir, { logStream: { write: (line) => (logLines += line) } })
  client = await openClient(server.origin, { authorization: `Bearer ${server.core.ownerKey}` })
})
afterEach(async () => {
  client.socket.close()
  await server.core.close()
  await alcf.close()
  await globus.close()
  await scratch.remove()
  vi.unstubAllEnvs()
})

async function signIn(site = 'alcf'): Promise<Account> {
  const { core } = client
  const { id, url } = await core.accounts.signIn({ site, way: 'paste' })
  const answer = await createBrowser().authorize(url, ada)
  return core.accounts.paste({ id, code: answer.searchParams.get('code') ?? '' })
}

const hasModel = async (): Promise<boolean> => {
  const answer = await fetch(`${server.origin}/v1/models`, { headers: { authorization: `Bearer ${server.core.ownerKey}` } })
  return (await answer.text()).includes(model)
}
const signInFirst = async (): Promise<void> => {
  await signIn()
  await until('the models of the site are known', hasModel)
}
const ask = (path = '/v1/chat/completions'): Promise<Response> =>
  fetch(`${server.origin}${path}`, { method: 'POST', headers: { authorization: `Bearer ${server.core.ownerKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }) })
const refreshes = (): number => globus.calls.count('auth', 'POST /v2/oauth2/token', ({ text }) => text.includes('grant_type=refresh_token'))

describe('a site that one must sign in to', () => {
  test('says so while nobody is, and has its models as soon as somebody has signed in', async () => {
    const [cluster] = (await client.core.clusters.refresh({ cluster: 'alcf' })).filter(({ name }) => name === 'alcf')
    expect(cluster).toMatchObject({ isReachable: false, problem: expect.stringContaining('You are not signed in to ALCF.') as string })
    await signInFirst()
    expect((await ask()).status).toBe(200)
    expect((await client.core.accounts.state()).accounts).toMatchObject([{ username: 'ada@anl.gov', site: 'alcf' }])
  })

  test('tells who somebody is there, with the groups', async () => {
    await writeFile(join(scratch.dataDir, 'config.yaml'), `sites: { mine: { title: Mine, clientId: ${ids.nativeClient}, resourceServer: ${ids.gateway}, scope: "${ids.gatewayScope}", gatewayUrl: "${alcf.url}" } }\n`)
    await until('the site is known', async () => (await client.core.accounts.state()).sites.some(({ name }) => name === 'mine'))
    const account = await signIn('mine')
    globus.auth.tokens.revoke((await client.core.accounts.token({ site: 'mine' })).accessToken, ids.nativeClient)
    expect(await client.core.accounts.whoami({ account: account.id })).toMatchObject({ username: expect.any(String) as string, groups: expect.any(Array) as string[] })
    expect(refreshes()).toBe(1)
    alcf.setPolicy(-1)
    await expect(client.core.accounts.whoami({ account: account.id })).rejects.toMatchObject({ data: { code: 'sign_in_needed' } })
  })

  test('is told to need consent as soon as a cluster wants more of it', async () => {
    await signIn()
    const events = await client.core.events.watch()
    await writeFile(join(scratch.dataDir, 'config.yaml'), `clusters: [{ name: polaris, kind: globus-compute, endpoint: ${ids.groups.users}, site: alcf, models: [] }]\n`)
    for await (const event of events) if (event.kind === 'accounts' && event.accounts.accounts[0]?.problem?.kind === 'consent') break
    expect((await client.core.accounts.state()).accounts).toMatchObject([{ problem: { sentence: 'ALCF needs your consent to functions on clusters (Globus Compute).' } }])
    await signIn()
    expect((await client.core.accounts.state()).accounts[0]?.problem).toBeUndefined()
  })

  test('can be tried and added by its sign-in, with no token written down', async () => {
    await expect(client.core.servers.check({ url: alcf.url, site: 'alcf' })).rejects.toMatchObject({ data: { code: 'sign_in_needed' } })
    await signIn()
    expect(await client.core.servers.check({ url: alcf.url, site: 'alcf' })).toMatchObject({ clusterKind: 'first', models: [model] })
    expect(await client.core.servers.add({ name: 'second', url: alcf.url, kind: 'first', site: 'alcf' })).toMatchObject({ isReachable: true })
    expect(await readFile(join(scratch.dataDir, 'config.yaml'), 'utf8')).toMatch(/name: second.*site: alcf/s)
    await expect(client.core.servers.add({ name: 'third', url: alcf.url, site: 'alcf' })).rejects.toMatchObject({ data: { code: 'invalid_request' } })
  })

  test('whose token has ended serves the next request all the same, with one renewal', async () => {
    await signInFirst()
    globus.auth.tokens.setLifetimes({ accessS: 3_600 })
    for (const value of globus.auth.tokens.values()) globus.auth.tokens.revoke(value, globus.auth.tokens.access(value)?.client ?? '')
    expect(refreshes()).toBe(0)
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200))
    expect(refreshes()).toBe(1)
  })

  test('that asks for a fresh sign-in answers 401 with what to do, at every door, and goes on after it', async () => {
    await signInFirst()
    globus.clock.advance({ days: 8 })
    const openai = await ask()
    expect(openai.status).toBe(401)
    expect(await openai.json()).toMatchObject({ error: { code: 'sign_in_needed', type: 'authentication_error', message: expect.stringContaining('«first-desktop login alcf»') as string, info: { site: 'alcf', reason: { kind: 'policy', session: { isFresh: true } } } } })
    const first = await ask('/resource_server/v1/chat/completions')
    expect(first.status).toBe(401)
    expect(await first.json()).toMatchObject({ error: { code: 'sign_in_needed', info: { site: 'alcf', reason: { kind: 'policy' } } } })
    expect((await client.core.accounts.state()).accounts).toMatchObject([{ problem: { kind: 'policy' } }])
    await signIn()
    expect((await ask()).status).toBe(200)
    expect((await client.core.accounts.state()).accounts[0]?.problem).toBeUndefined()
  })

  test('that asks for one in the middle of a batch gets it, and the batch goes on by itself to its last line', async () => {
    await signInFirst()
    const lines = 40
    const jsonl = Array.from({ length: lines }, (_, index) => JSON.stringify({ custom_id: `line-${index}`, method: 'POST', url: '/v1/chat/completions', body: { model, messages: [{ role: 'user', content: `Number ${index}` }] } })).join('\n')
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new Blob([jsonl]), 'numbers.jsonl')
    const file = (await (await fetch(`${server.origin}/v1/files`, { method: 'POST', headers: { authorization: `Bearer ${server.core.ownerKey}` }, body: form })).json()) as { id: string }
    let served = 0
    alcf.site.behave(() => {
      served += 1
      if (served === 10) alcf.setPolicy(-1)
      return { kind: 'answer' }
    })
    const { id } = await client.core.batches.create({ fileId: file.id, endpoint: '/v1/chat/completions' })
    const batch = async () => (await client.core.batches.list()).find((one) => one.id === id)
    await until('the batch waits for a sign-in', async () => JSON.stringify(await batch()).includes('asks for a fresh sign-in'))
    expect(await batch()).toMatchObject({ status: 'in_progress', failed: 0 })
    const asked = alcf.refusals.length
    expect(asked).toBeLessThan(lines)
    alcf.setPolicy(7 * 86_400)
    await signIn()
    await until('the batch is completed', async () => (await batch())?.status === 'completed', { timeoutMs: 60_000 })
    expect(await batch()).toMatchObject({ total: lines, completed: lines, failed: 0 })
  }, 90_000)

  test('leaves no token in the log, the database or any other file but the store of secrets', async () => {
    await signInFirst()
    await ask()
    globus.clock.advance({ days: 8 })
    await ask()
    await signIn()
    await ask()
    const values = globus.auth.tokens.values()
    expect(values.length).toBeGreaterThan(4)
    client.socket.close()
    await server.core.close()
    const files = (await readdir(scratch.dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'secrets.json').map(({ parentPath, name }) => join(parentPath, name))
    expect(files.some((file) => file.endsWith('first.db'))).toBe(true)
    for (const content of [logLines, ...(await Promise.all(files.map((file) => readFile(file, 'latin1'))))]) for (const value of values) expect(content.includes(value)).toBe(false)
  })
})
