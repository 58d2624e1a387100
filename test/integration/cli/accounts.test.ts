import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommandLine } from '@main/cli/program'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { stringify } from 'yaml'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createBrowser } from '../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { ids } from '../../doubles/globus/usual-world'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, type Ran } from '../../fixtures/cli-process'
import { startServer, type TestServer } from '../../fixtures/headless-server'

const ada = { provider: 'Argonne National Laboratory', username: 'ada@anl.gov' }

let globus: Globus
let home: string
let dataDir: string

beforeEach(async () => {
  globus = await startGlobus()
  home = await mkdtemp(join(tmpdir(), 'first-login-'))
  dataDir = join(home, 'data')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await globus.close()
  await rm(home, { recursive: true, force: true })
})

/** The command line in this process; `answer` plays the person at the browser, who gets the address and gives what is typed. */
async function run(args: readonly string[], answer: (url: string) => Promise<string> = () => Promise.resolve(''), env: Record<string, string> = {}): Promise<Ran> {
  let [out, err] = ['', '']
  const stdin = new Readable({ read: () => undefined })
  let isAsked = false
  const code = await runCommandLine([...args, '--data-dir', dataDir], {
    env: { ...globus.env, HOME: home, ...env },
    stdin,
    out: (text) => (out += text),
    err(text) {
      err += text
      const url = /^ {2}(http\S+)$/m.exec(err)?.[1]
      if (isAsked || (url === undefined && !err.includes('[y/N]'))) return
      isAsked = true
      void answer(url ?? '').then((typed) => stdin.push(`${typed}\n`))
    },
    signal: new AbortController().signal,
  })
  return { code, out, err }
}

async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'close')
  return child.pid ?? 0
}

const byCode = async (url: string): Promise<string> => (await createBrowser().authorize(url, ada)).searchParams.get('code') ?? ''
const byBrowser = async (url: string): Promise<string> => {
  await fetch(await createBrowser().authorize(url, ada))
  return ''
}

describe('first-desktop, with no gateway running', () => {
  test.each([
    ['a browser on this machine', [], byBrowser, {}],
    ['a pasted code', ['--paste'], byCode, {}],
    ['a pasted code over ssh', [], byCode, { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }],
  ] as const)('login signs in by %s, and says what the site asks for before', async (_way, flags, answer, env) => {
    const { code, out, err } = await run(['login', 'alcf', ...flags], answer, env)
    expect({ code, out }).toEqual({ code: 0, out: 'You are Ada Lovelace, ada@anl.gov at ALCF.\n' })
    expect(err.indexOf('Sign in with your ALCF or Argonne account')).toBeLessThan(err.indexOf('/v2/oauth2/authorize'))
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600)
    expect(err.match(/unencrypted/g)).toHaveLength(1)
    expect(err).toContain(`The tokens are kept unencrypted in ${join(dataDir, 'secrets.json')}`)
  })

  test('token prints one that is good now, alone on a line, and renews it by itself', async () => {
    await run(['login', '--paste'], byCode)
    const first = await run(['token'])
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(globus.auth.tokens.access(first.out.trim())).toMatchObject({ resourceServer: ids.gateway })
    globus.auth.tokens.setLifetimes({ accessS: 30 })
    await run(['login', '--paste'], byCode)
    const second = await run(['token', 'alcf', '--json'])
    expect(JSON.parse(second.out)).toMatchObject({ username: 'ada@anl.gov', scopes: [ids.gatewayScope] })
    expect(globus.calls.count('auth', 'POST /v2/oauth2/token', ({ text }) => text.includes('refresh_token'))).toBeGreaterThan(0)
  })

  test('whoami lists who is signed in and what for, and the sites there are', async () => {
    expect(await run(['whoami'])).toMatchObject({ code: 0, out: 'Nobody is signed in. «first-desktop login» signs you in.\n' })
    await run(['login', '--paste'], byCode)
    expect((await run(['whoami'])).out).toMatch(/alcf +ada@anl\.gov +Ada Lovelace +yes +.*models of ALCF.* +4\d h, then renewed\n/)
    expect((await run(['whoami', '--sites'])).out).toMatch(/alcf +ALCF +ada@anl\.gov/)
    expect(JSON.parse((await run(['whoami', '--json'])).out)).toMatchObject([{ username: 'ada@anl.gov' }])
  })

  test('logout revokes what there was', async () => {
    await run(['login', '--paste'], byCode)
    const token = (await run(['token'])).out.trim()
    expect(await run(['logout'])).toMatchObject({ code: 0, err: expect.stringContaining('ada@anl.gov is signed out of alcf.') as string })
    expect(globus.auth.tokens.access(token)).toBeUndefined()
    expect(await run(['token'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('You are not signed in to ALCF.') as string })
    expect(await run(['logout'])).toMatchObject({ code: 1, err: 'Nobody is signed in. Nothing to do.\n' })
  })

  test('several commands at once take turns, also after a gateway that was killed', async () => {
    await run(['login', '--paste'], byCode)
    await writeFile(join(dataDir, 'owner.json'), JSON.stringify({ pid: await endedPid(), sinceMs: 1, url: 'http://127.0.0.1:9' }))
    globus.auth.tokens.setLifetimes({ accessS: 30 })
    await run(['login', '--paste'], byCode)
    const all = await Promise.all([['whoami'], ['token'], ['token'], ['whoami'], ['token']].map((args) => run(args)))
    expect(all.map(({ code, err }) => ({ code, err }))).toEqual(all.map(() => ({ code: 0, err: '' })))
  })

  test('a login that waits for the person holds nobody up, and forgets nothing that they did', async () => {
    await mkdir(dataDir)
    await writeFile(join(dataDir, 'config.yaml'), stringify({ version: 1, sites: { lab: { title: 'The lab', clientId: ids.labClient, resourceServer: ids.labGateway, scope: ids.labScope } } }))
    const meanwhile: Ran[] = []
    const login = await run(['login', 'lab', '--paste'], async (url) => {
      meanwhile.push(await run(['login', 'alcf', '--paste'], byCode), await run(['token', 'alcf']))
      const server = await startServer(dataDir)
      await server.core.close()
      return byCode(url)
    })
    expect(meanwhile.map(({ code }) => code)).toEqual([0, 0])
    expect(login).toMatchObject({ code: 0, out: 'You are Ada Lovelace, ada@anl.gov at The lab.\n' })
    expect(JSON.parse((await run(['whoami', '--json'])).out)).toMatchObject([{ site: 'alcf' }, { site: 'lab' }])
  })

  test('a login that finds a gateway at its end keeps nothing, and says what to do', async () => {
    for (const [name, value] of Object.entries(globus.env)) vi.stubEnv(name, value)
    let server: TestServer | undefined
    try {
      const login = await run(['login', '--paste'], async (url) => {
        server = await startServer(dataDir)
        return byCode(url)
      })
      expect(login).toMatchObject({ code: 1, out: '', err: expect.stringContaining('FIRST Desktop was started meanwhile') as string })
      expect(globus.auth.tokens.values().filter((value) => globus.auth.tokens.access(value) !== undefined)).toEqual([])
      expect(await run(['login', '--paste'], byCode)).toMatchObject({ code: 0 })
    } finally {
      await server?.core.close()
    }
  })

  test('login asks for all that the clusters of config.yaml need of the site', async () => {
    await mkdir(dataDir, { recursive: true })
    await writeFile(join(dataDir, 'config.yaml'), `clusters: [{ name: sophia, kind: globus-compute, endpoint: ${ids.groups.users}, site: alcf, models: [] }]\n`)
    expect(await run(['login', 'alcf', '--paste'], byCode)).toMatchObject({ code: 0 })
    expect((await run(['whoami'])).out).toContain('functions on clusters (Globus Compute)')
  })

  test('login tells of a wrong code, and of a site that is not there', async () => {
    expect(await run(['login', '--paste'], () => Promise.resolve('nonsense-code'))).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Globus did not take the code') as string })
    expect(await run(['login', 'nowhere'])).toMatchObject({ code: 1, err: expect.stringContaining('There is no site named nowhere. Name one of alcf') as string })
  })

  test('login --account signs in the one that is named, beside who is there, and nobody else', async () => {
    await run(['login', 'alcf', '--paste'], byCode)
    const named = ['login', 'alcf', '--paste', '--account', 'ada@alcf.anl.gov']
    expect(await run(named, byCode)).toMatchObject({ code: 1, err: expect.stringContaining('You signed in as ada@anl.gov, and this account is ada@alcf.anl.gov.') as string })
    expect(await run([...named.slice(0, -1), 'ada@anl.gov'], byCode)).toMatchObject({ code: 0 })
    expect(await run(['token', 'alcf', '--account', 'grace@uchicago.edu'])).toMatchObject({ code: 1, err: expect.stringContaining('«first-desktop login alcf --account grace@uchicago.edu»') as string })
  })

  test('login takes the tokens of the site\'s own program when the person agrees', async () => {
    const answer = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: `openid profile ${ids.gatewayScope}` })
    const tokens = Object.fromEntries([answer, ...answer.other_tokens].map((token) => [token.resource_server, { ...token, identity_id: ids.ada, expires_at_seconds: globus.clock.nowS() + token.expires_in }]))
    const folder = join(home, '.globus/app', ids.nativeClient, 'inference_app')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'tokens.json'), JSON.stringify({ data: { DEFAULT: tokens }, format_version: '2.0' }))
    expect(await run(['login', '--import'], () => Promise.resolve('n'))).toMatchObject({ code: 1, out: '' })
    expect(await run(['login', '--import'], () => Promise.resolve('y'))).toMatchObject({ code: 0, out: 'You are Ada Lovelace, ada@anl.gov at ALCF.\n' })
    expect((await run(['logout'])).err).toContain('were not revoked')
  })
})

describe('first-desktop as a process of its own', () => {
  let app: BuiltApp

  beforeAll(async () => {
    app = await buildApp()
  })
  afterAll(() => app.remove())

  const here = (): Record<string, string> => ({ PATH: process.env['PATH'] ?? '', HOME: home, ...globus.env })
  /** A login that says where to sign in, and waits. */
  async function login(env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [app.cli, 'login', 'alcf', '--data-dir', dataDir], { env: { ...here(), ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
    const ended = Promise.all([text(child.stdout), once(child, 'close')]).then(([out]) => ({ code: child.exitCode, out }))
    let err = ''
    const url = await new Promise<string>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString('utf8')
        const found = /^ {2}(http\S+)\n/m.exec(err)?.[1]
        if (found !== undefined) resolve(found)
      })
      void ended.then(() => reject(new Error(`it ended: ${err}`)))
    })
    return { url, ended, type: (line: string) => void child.stdin.end(`${line}\n`), said: () => err }
  }
  const command = (...args: readonly string[]): Promise<Ran> => runCli(app, [...args, '--data-dir', dataDir], { env: here() })
  const signedIn = { code: 0, out: 'You are Ada Lovelace, ada@anl.gov at ALCF.\n' }

  test('waits for the browser, and ends when somebody has signed in', async () => {
    const { url, ended } = await login()
    await byBrowser(url)
    expect(await ended).toEqual(signedIn)
  })

  test('signs in over ssh by a code that is typed, tells who that is, gives a token to a script, and signs out', async () => {
    const { url, ended, type, said } = await login({ SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' })
    expect(new URL(url).searchParams.get('redirect_uri')).toMatch(/\/v2\/web\/auth-code$/)
    type(await byCode(url))
    expect(await ended).toEqual(signedIn)
    expect((await command('whoami')).out).toContain('ada@anl.gov')
    const given = await command('token')
    expect(given).toMatchObject({ code: 0, err: '' })
    expect(globus.auth.tokens.access(given.out.trim())).toMatchObject({ resourceServer: ids.gateway })

    expect((await command('logout')).code).toBe(0)
    expect(globus.auth.tokens.values().filter((value) => globus.auth.tokens.access(value) !== undefined)).toEqual([])
    expect(await command('token')).toMatchObject({ code: 1, out: '' })
    const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    const kept = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))
    for (const value of globus.auth.tokens.values()) expect([said(), ...kept].join('\n')).not.toContain(value)
  })
})

describe('first-desktop, beside a gateway that runs', () => {
  test('login, whoami, token and logout go through it', async () => {
    for (const [name, value] of Object.entries(globus.env)) vi.stubEnv(name, value)
    const server = await startServer(dataDir)
    try {
      expect(await run(['login'], byBrowser)).toMatchObject({ code: 0, out: 'You are Ada Lovelace, ada@anl.gov at ALCF.\n', err: expect.stringContaining('kept unencrypted in secrets.json') as string })
      expect((await run(['whoami'])).out).toContain('ada@anl.gov')
      expect(globus.auth.tokens.access((await run(['token'])).out.trim())).toBeDefined()
      expect(await run(['logout', 'ada@anl.gov'])).toMatchObject({ code: 0 })
      expect(await run(['token'])).toMatchObject({ code: 1, err: expect.stringContaining('You are not signed in to ALCF.') as string })
    } finally {
      await server.core.close()
    }
  })
})
