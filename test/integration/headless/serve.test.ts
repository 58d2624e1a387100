import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, startCli, type Running } from '../../fixtures/cli-process'
import { writeTinyGguf } from '../../fixtures/gguf'

let app: BuiltApp
let scratch: string
let dataDir: string
const started: Running[] = []

beforeAll(async () => {
  app = await buildApp()
})
afterAll(() => app.remove())
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'first-serve-'))
  dataDir = join(scratch, 'data')
})
afterEach(async () => {
  for (const running of started.splice(0)) {
    running.kill('SIGKILL')
    await running.ended
  }
  await rm(scratch, { recursive: true, force: true })
})

function serve(...args: string[]): Running {
  const running = startCli(app, ['serve', '--data-dir', dataDir, '--port', '0', ...args])
  started.push(running)
  return running
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function addressOf(running: Running): Promise<string> {
  return /http:\S+/.exec(await running.readyLine)?.[0] ?? ''
}

describe('first-desktop serve', () => {
  test('prints one line when it is ready, answers, and ends with 0 when it is asked to', async () => {
    const running = serve()
    expect(await running.readyLine).toMatch(/^FIRST Desktop is ready at http:\/\/127\.0\.0\.1:\d+\/\?code=[\w-]{24}$/)
    const { origin } = new URL(await addressOf(running))
    expect(await (await fetch(`${origin}/health`)).json()).toMatchObject({ status: 'ok' })
    running.kill('SIGTERM')
    const { code, out } = await running.ended
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(1)
    expect(await readdir(dataDir)).not.toContain('owner.json')
  })

  test('tells of nothing that is back at a second start, when all was well at the first', async () => {
    const run = async (): Promise<string> => {
      const running = serve()
      const { origin } = new URL(await addressOf(running))
      const authorization = `Bearer ${(await readFile(join(dataDir, 'local.key'), 'utf8')).trim()}`
      await expect.poll(async () => (await fetch(`${origin}/v1/models`, { headers: { authorization } })).text(), { timeout: 20_000 }).toContain('"live"')
      running.kill('SIGTERM')
      return (await running.ended).err
    }
    await run()
    const log = await run()
    expect(log).toContain('"ready"')
    expect(log).not.toContain('"alert"')
  })

  test('keeps what it makes from other users of the machine', async () => {
    await serve().readyLine
    const modes = await Promise.all(['', 'local.key', 'first.db', 'owner.lock', 'owner.json'].map(async (name) => (await stat(join(dataDir, name))).mode & 0o077))
    expect(modes).toEqual([0, 0, 0, 0, 0])
  })

  test('never writes its code or the owner\'s key to the log', async () => {
    const running = serve()
    const address = new URL(await addressOf(running))
    await fetch(address, { redirect: 'manual' })
    const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim()
    await fetch(`${address.origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    running.kill('SIGTERM')
    const { err } = await running.ended
    const log = err + (await readFile(join(dataDir, 'logs/first-desktop.log'), 'utf8'))
    expect(log).toContain('"ready"')
    expect(log).not.toContain(key)
    expect(log).not.toContain(address.searchParams.get('code'))
  })

  test('a killed one leaves a directory that opens again at once, with the same key', async () => {
    const first = serve()
    await first.readyLine
    const key = await readFile(join(dataDir, 'local.key'), 'utf8')
    first.kill('SIGKILL')
    await first.ended
    const second = serve()
    await second.readyLine
    expect(await readFile(join(dataDir, 'local.key'), 'utf8')).toBe(key)
  })

  test('a killed one takes the model that it runs along, in the middle of an answer', async () => {
    await mkdir(dataDir, { recursive: true })
    const file = join(scratch, 'tiny.gguf')
    await writeTinyGguf(file, { says: ['la', 'li', 'lu'], forever: true })
    await writeFile(join(dataDir, 'config.yaml'), `clusters:\n  - name: here\n    kind: local\n    deployments:\n      - { model: tiny, framework: llama, file: ${file} }\n`)
    const running = serve()
    const { origin } = new URL(await addressOf(running))
    const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim()
    const answer = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tiny', stream: true, messages: [{ role: 'user', content: 'sing' }] }),
    })
    const reader = answer.body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value as Uint8Array)).toContain('data:')
    const children = (await readFile(`/proc/${running.pid}/task/${running.pid}/children`, 'utf8')).trim().split(' ').map(Number)
    expect(children).toHaveLength(1)
    running.kill('SIGKILL')
    await running.ended
    await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), { timeout: 10_000 })
    await serve().readyLine
  })

  test('a second one on the same data directory is refused and told who holds it', async () => {
    const first = serve()
    const { origin } = new URL(await addressOf(first))
    const { code, out, err } = await serve().ended
    expect(code).toBe(1)
    expect(out).toBe('')
    expect(err).toContain(`process ${first.pid}`)
    expect(err).toContain(origin)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('says which port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, err } = await runCli(app, ['serve', '--data-dir', dataDir, '--port', String(port)])
    taken.close()
    expect(code).toBe(1)
    expect(err).toContain(`The port ${port} of 127.0.0.1 is in use`)
    expect(err.trim().split('\n')).toHaveLength(1)
  })

  test('names the line of a tab in config.yaml', async () => {
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, 'config.yaml'), 'version: 1\ngateway:\n\tport: 0\n')
    const { code, err } = await serve().ended
    expect(code).toBe(1)
    expect(err).toMatch(/config\.yaml:3:1 .*tab/)
  })

  test('says what stands where the data directory should be', async () => {
    await writeFile(dataDir, 'a file')
    const { code, err } = await serve().ended
    expect(code).toBe(1)
    expect(err).toContain(dataDir)
    expect(err).toMatch(/there is a file of that name|is a file, not a folder/)
    expect(err).toContain('--data-dir')
  })

  test('says that a file system cannot be written', async () => {
    dataDir = '/proc/first-desktop'
    const { code, err } = await serve().ended
    expect(code).toBe(1)
    expect(err).toContain('The data directory /proc/first-desktop cannot be used')
  })

  test('ends in order when its terminal goes away', async () => {
    const running = serve()
    await running.readyLine
    running.kill('SIGHUP')
    expect((await running.ended).code).toBe(0)
    expect(await readdir(dataDir)).not.toContain('owner.json')
  })

  test('says which address is none of this machine\'s', async () => {
    for (const host of ['192.0.2.1', 'fe80::1']) {
      const { code, err } = await runCli(app, ['serve', '--data-dir', dataDir, '--port', '0', '--host', host])
      expect(code).toBe(1)
      expect(err).toBe(`The host ${host} is not an address of this machine. Name one that is, such as 127.0.0.1, with --host or in gateway.host of config.yaml.\n`)
    }
  })

  test('an empty host or folder is a wrong use: it would be every address, and the present folder', async () => {
    expect(await runCli(app, ['serve', '--data-dir', dataDir, '--port', '0', '--host', ''])).toMatchObject({ code: 2, out: '' })
    expect(await runCli(app, ['serve', '--port', '0', '--data-dir', ''])).toMatchObject({ code: 2, out: '' })
    expect(await runCli(app, ['serve', '--port', '0'], { env: { FIRST_DESKTOP_DATA_DIR: ' ' } })).toMatchObject({ code: 2, out: '' })
  })

  test('a wrong flag is a wrong use', async () => {
    expect(await runCli(app, ['serve', '--port', 'http'])).toMatchObject({ code: 2, out: '' })
    expect(await runCli(app, ['serve', '--prot', '1'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('«first-desktop serve --help» lists what it takes') as string })
    expect(await runCli(app, ['key', 'craete'])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('«first-desktop key --help» lists the commands') as string })
  })

  test('flags beat variables, and variables beat the file', async () => {
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, 'config.yaml'), 'gateway: { host: 192.0.2.1, port: 1 }\n')
    const running = startCli(app, ['serve', '--port', '0'], { env: { FIRST_DESKTOP_DATA_DIR: dataDir, FIRST_DESKTOP_HOST: '127.0.0.1', FIRST_DESKTOP_PORT: '2' } })
    started.push(running)
    expect(new URL(await addressOf(running)).hostname).toBe('127.0.0.1')
  })

  test('lets an answer that is under way come to its end before it ends', async () => {
    const running = serve()
    const { origin } = new URL(await addressOf(running))
    const key = (await readFile(join(dataDir, 'local.key'), 'utf8')).trim()
    const answer = await fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'guide', stream: true, messages: [{ role: 'user', content: 'What is FIRST?' }] }),
    })
    running.kill('SIGTERM')
    expect(await answer.text()).toContain('[DONE]')
    expect((await running.ended).code).toBe(0)
  })
})
