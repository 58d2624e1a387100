import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, startCli, type Ran, type Running } from '../../fixtures/cli-process'

let app: BuiltApp
let folder: string
let server: Running
let url: string

beforeAll(async () => {
  app = await buildApp()
  folder = await mkdtemp(join(tmpdir(), 'first-cli-'))
  server = startCli(app, ['serve', '--port', '0', '--data-dir', join(folder, 'data')])
  url = new URL(/http:\S+/.exec(await server.readyLine)?.[0] ?? '').origin
})
afterAll(async () => {
  server.kill('SIGTERM')
  await server.ended
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})

const run = (args: readonly string[], input = ''): Promise<Ran> => runCli(app, args, { env: { FIRST_DESKTOP_DATA_DIR: join(folder, 'data') }, input })

describe('first-desktop', () => {
  test('models lists them, as a table and as JSON', async () => {
    expect(await run(['models'])).toMatchObject({ code: 0, out: 'model  status  clusters\nguide  live    here\n' })
    expect(JSON.parse((await run(['models', '--json'])).out)).toMatchObject([{ id: 'guide', status: 'live', clusters: ['here'] }])
  })

  test('chat streams an answer to the prompt and to what is piped in', async () => {
    const asked = await run(['chat', 'Where', 'does', 'my', 'data', 'live?'])
    expect(asked).toMatchObject({ code: 0, err: '' })
    expect(asked.out).toContain('data')
    expect(asked.out.endsWith('\n')).toBe(true)
    expect(await run(['chat', '-m', 'guide'], 'What is FIRST?')).toMatchObject({ code: 0 })
  })

  test('chat says that a model is unknown in the gateway\'s words', async () => {
    const { code, err } = await run(['chat', '-m', 'no-such-model', 'hello'])
    expect(code).toBe(1)
    expect(err).toContain('no-such-model')
    expect(err).toContain('GET /v1/models')
  })

  test('key gives a key, shows it once, lists it without its secret, and takes it back', async () => {
    const { code, out } = await run(['key', 'create', '--name', 'a colleague', '--expires', '30d'])
    expect(code).toBe(0)
    const secret = out.trim()
    expect(secret).toMatch(/^fd-[\w-]{43}$/)
    const ask = async (): Promise<number> => (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })).status
    expect(await ask()).toBe(200)
    const list = await run(['key', 'list'])
    expect(list.out).toMatch(/key-\w+ +a colleague +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d \d\d:\d\d +all models +good until/)
    expect(list.out).not.toContain(secret)
    expect(await run(['key', 'revoke', /key-\w+/.exec(list.out)?.[0] ?? ''])).toMatchObject({ code: 0 })
    expect(await ask()).toBe(401)
    expect(await run(['key', 'revoke', 'key-nobody'])).toMatchObject({ code: 1, err: expect.stringContaining('There is no key key-nobody. Use an id that «first-desktop key list»') as string })
    expect(await run(['key', 'create', '--name', 'x', '--expires', 'soon'])).toMatchObject({ code: 2 })
  })

  test('key gives a key that is for some models and clusters, and lists whose it is', async () => {
    const { out } = await run(['key', 'create', '--name', 'a script', '--models', 'guide, meta-llama/*', '--clusters', 'here', '--admin', '--username', 'ada@anl.gov', '--groups', '7fae3f2c-1111-4222-8333-944455556666'])
    const models = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${out.trim()}` } })
    expect(await models.json()).toMatchObject({ data: [{ id: 'guide' }] })
    const whoami = await fetch(`${url}/resource_server/whoami`, { headers: { authorization: `Bearer ${out.trim()}` } })
    expect(await whoami.json()).toMatchObject({ name: 'a script', username: 'ada@anl.gov', user_group_uuids: ['7fae3f2c-1111-4222-8333-944455556666'] })
    expect((await run(['key', 'list'])).out).toMatch(/a script \(ada@anl\.gov\) .* guide, meta-llama\/\* on here; admin +good\n/)
    expect(JSON.parse((await run(['key', 'list', '--json'])).out)).toContainEqual(expect.objectContaining({ name: 'a script', scopes: { models: ['guide', 'meta-llama/*'], clusters: ['here'], isAdmin: true } }))
    const other = (await run(['key', 'create', '--name', 'another', '--models', 'gpt-oss-20b'])).out.trim()
    expect(await (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${other}` } })).json()).toMatchObject({ data: [] })
    expect((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${other}` } })).status).toBe(403)
    expect((await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${out.trim()}` } })).status).toBe(200)
  })

  test.each([
    ['--models', 'a,,b', 'none of them empty'],
    ['--username', 'ada', 'name@domain'],
    ['--groups', 'physics', 'as its UUID'],
  ])('key refuses %s %s', async (option, value, problem) => {
    expect(await run(['key', 'create', '--name', 'x', option, value])).toMatchObject({ code: 2, err: expect.stringContaining(problem) as string })
  })

  test('a command that finds no gateway says how to start one', async () => {
    for (const command of [['models'], ['chat', 'hello'], ['key', 'list']]) {
      const { code, err } = await run([...command, '--data-dir', join(folder, 'empty')])
      expect(code).toBe(1)
      expect(err).toContain('first-desktop serve')
      expect(err.trim().split('\n')).toHaveLength(1)
    }
  })

  test('a command that finds a killed gateway says the same', async () => {
    const dataDir = join(folder, 'killed')
    const killed = startCli(app, ['serve', '--port', '0', '--data-dir', dataDir])
    await killed.readyLine
    killed.kill('SIGKILL')
    await killed.ended
    for (const command of [['models'], ['key', 'list']]) expect(await run([...command, '--data-dir', dataDir])).toMatchObject({ code: 1, err: expect.stringContaining('No FIRST Desktop runs') as string })
  })

  test('a command whose key the gateway does not take says so', async () => {
    const dataDir = join(folder, 'stale')
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'owner.json'), JSON.stringify({ pid: 1, sinceMs: 1, url }))
    await writeFile(join(dataDir, 'local.key'), `fd-${'A'.repeat(43)}\n`)
    expect(await run(['key', 'list', '--data-dir', dataDir])).toMatchObject({ code: 1, err: expect.stringContaining('does not take its key') as string })
    const models = await run(['models', '--data-dir', dataDir])
    expect(models.code).toBe(1)
    expect(models.err.trim().split('\n')).toHaveLength(1)
  })

  test('doctor takes a file that is not there, or cannot be read, for what it is', async () => {
    expect((await run(['doctor', '--config', join(folder, 'nowhere.yaml'), '--data-dir', join(folder, 'new')])).out).toMatch(/✗ Configuration: .*there is no such file/)
    expect((await run(['doctor', '--config', folder, '--data-dir', join(folder, 'new')])).out).toMatch(/✗ Configuration: .*it is a folder/)
    const elsewhere = join(folder, 'elsewhere.yaml')
    await writeFile(elsewhere, 'gateway: { host: 192.0.2.1 }\n')
    expect((await run(['doctor', '--config', elsewhere, '--data-dir', join(folder, 'new')])).out).toContain('✗ Port: The host 192.0.2.1 is not an address of this machine.')
  })

  test('doctor finds a working installation, and names what is wrong', async () => {
    const good = await run(['doctor'])
    expect(good.out).toContain('✓ Node')
    expect(good.out).toMatch(/· Data directory: .*held by another FIRST Desktop/)
    expect(good.code).toBe(0)
    const config = join(folder, 'broken.yaml')
    await writeFile(config, 'gateway:\n  prot: 1\n')
    const bad = await run(['doctor', '--config', config, '--data-dir', join(folder, 'new')])
    expect(bad.out).toContain('did you mean port?')
    expect(bad).toMatchObject({ code: 1, err: 'One thing needs attention.\n' })
  })
})
