import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { runCli, startCli, type Ran, type Running } from '../../fixtures/cli-process'

let app: BuiltApp
let engine: OpenAiServer
let folder: string
let server: Running
let url: string
let home: string

beforeAll(async () => {
  app = await buildApp()
  engine = await startOpenAiServer({ models: ['lab-model', 'other-model'] })
  folder = await mkdtemp(join(tmpdir(), 'first-agents-'))
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data/config.yaml'), `clusters:\n  - { name: lab, kind: direct, url: "${engine.url}" }\n`)
  server = startCli(app, ['serve', '--port', '0', '--data-dir', join(folder, 'data')], { env: { HOME: folder } })
  url = new URL(/http:\S+/.exec(await server.readyLine)?.[0] ?? '').origin
})
afterAll(async () => {
  server.kill('SIGTERM')
  await server.ended
  await engine.close()
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  home = await mkdtemp(join(folder, 'home-'))
  await rm(join(folder, 'data/agents.json'), { force: true })
})

const run = (args: readonly string[], input = '', env: Record<string, string> = {}): Promise<Ran> => runCli(app, ['agent', ...args], { env: { HOME: home, FIRST_DESKTOP_DATA_DIR: join(folder, 'data'), ...env }, input })
const read = (path: string): Promise<string> => readFile(join(home, path), 'utf8')
const put = async (path: string, text: string): Promise<void> => {
  await mkdir(join(home, path, '..'), { recursive: true })
  await writeFile(join(home, path), text)
}
const modeOf = async (path: string): Promise<number> => (await stat(join(home, path))).mode & 0o777
const statusWith = async (key: string): Promise<number> => (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status
const keyIn = (text: string): string => /fd-[\w-]{43}/.exec(text)?.[0] ?? ''
const goodKeys = async (): Promise<number> => (await runCli(app, ['key', 'list'], { env: { FIRST_DESKTOP_DATA_DIR: join(folder, 'data') } })).out.split('\n').filter((line) => line.endsWith('good')).length

const mainFiles = { opencode: '.config/opencode/opencode.json', pi: '.pi/agent/models.json', codex: '.codex/config.toml', claude: '.claude/settings.json' }

describe('first-desktop agent configure', () => {
  test.each(Object.entries(mainFiles))('%s: writes its file for its owner alone, with a key that opens the gateway; undo removes both', async (agent, path) => {
    const done = await run(['configure', agent, '--yes', '-m', 'lab-model'])
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining('uses lab-model now') as string })
    const text = await read(path)
    const key = keyIn(text)
    expect(text).toContain('lab-model')
    expect(text).toContain(url)
    expect(await modeOf(path)).toBe(0o600)
    expect(await statusWith(key)).toBe(200)
    expect(done.out + done.err).not.toContain(key)

    const undone = await run(['undo', agent, '--yes'])
    expect(undone).toMatchObject({ code: 0, err: expect.stringContaining('is revoked') as string })
    await expect(read(path)).rejects.toThrow('ENOENT')
    expect(await statusWith(key)).toBe(401)
  })

  test('shows the change, and makes neither it nor a key unless the person agrees', async () => {
    const keys = await goodKeys()
    const shown = await run(['configure', 'claude'], 'n\n')
    expect(shown).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was changed.') as string })
    expect(shown.out).toContain(`+    "ANTHROPIC_BASE_URL": "${url}"`)
    expect(shown.out).toContain('"ANTHROPIC_AUTH_TOKEN": "[hidden]"')
    await expect(read(mainFiles.claude)).rejects.toThrow('ENOENT')
    expect(await run(['configure', 'claude'])).toMatchObject({ code: 1 })
    expect(await goodKeys()).toBe(keys)
    expect(await run(['configure', 'claude'], 'y\n')).toMatchObject({ code: 0 })
    expect(await goodKeys()).toBe(keys + 1)
    await run(['undo', 'claude', '-y'])
  })

  test('run again changes nothing and makes no second key; with another model it keeps the key', async () => {
    await run(['configure', 'codex', '-y', '-m', 'lab-model'])
    const [first, keys] = [await read(mainFiles.codex), await goodKeys()]
    expect(await run(['configure', 'codex', '-y', '-m', 'lab-model'])).toMatchObject({ code: 0, out: '', err: expect.stringContaining('nothing was changed') as string })
    expect(await read(mainFiles.codex)).toBe(first)
    await run(['configure', 'codex', '-y', '-m', 'other-model'])
    expect(await read(mainFiles.codex)).toBe(first.replace('lab-model', 'other-model'))
    expect(await goodKeys()).toBe(keys)
    await run(['undo', 'codex', '-y'])
    expect(await readdir(join(home, '.codex'))).toEqual([])
  })

  test('takes a live model that is not the guide when none is named, and refuses one that is not there', async () => {
    await run(['configure', 'pi', '-y'])
    expect(JSON.parse(await read('.pi/agent/settings.json'))).toEqual({ defaultProvider: 'first-desktop', defaultModel: 'lab-model' })
    expect(await run(['configure', 'pi', '-y', '-m', 'nothing'])).toMatchObject({ code: 1, err: expect.stringContaining('serves no model nothing') as string })
    await run(['undo', 'pi', '-y'])
  })

  test('keeps what is there, makes a backup of it, and undo puts back every byte and the mode', async () => {
    const text = '{\n  // mine\n  "theme": "dark",\n  "model": "anthropic/x",\n}\n'
    await put(mainFiles.opencode, text)
    await chmod(join(home, mainFiles.opencode), 0o644)
    await run(['configure', 'opencode', '-y'])
    expect(await read(mainFiles.opencode)).toContain('// mine')
    expect(await read(`${mainFiles.opencode}.before-first-desktop`)).toBe(text)
    expect(await modeOf(`${mainFiles.opencode}.before-first-desktop`)).toBe(0o600)
    await run(['undo', 'opencode', '-y'])
    expect(await read(mainFiles.opencode)).toBe(text)
    expect(await modeOf(mainFiles.opencode)).toBe(0o644)
    expect(await readdir(join(home, '.config/opencode'))).toEqual(['opencode.json'])
  })

  test('undo of a file that was edited since takes our part out and keeps the edit and the backup', async () => {
    await put(mainFiles.claude, '{ "env": { "EDITOR": "vi" }, "model": "opus" }\n')
    await run(['configure', 'claude', '-y'])
    await put(mainFiles.claude, (await read(mainFiles.claude)).replace('"opus"', '"sonnet"'))
    await run(['configure', 'claude', '-y', '-m', 'other-model'])
    await run(['undo', 'claude', '-y'])
    expect(JSON.parse(await read(mainFiles.claude))).toEqual({ env: { EDITOR: 'vi' }, model: 'sonnet' })
    expect(await readdir(join(home, '.claude'))).toEqual(['settings.json', 'settings.json.before-first-desktop'])
  })

  test('a revoked key is replaced by a new one', async () => {
    await run(['configure', 'pi', '-y'])
    const key = keyIn(await read(mainFiles.pi))
    const listed = JSON.parse((await run(['list', '--json'])).out) as { agent: string; keyId?: string }[]
    const id = listed.find(({ agent }) => agent === 'pi')?.keyId ?? ''
    await runCli(app, ['key', 'revoke', id], { env: { FIRST_DESKTOP_DATA_DIR: join(folder, 'data') } })
    await run(['configure', 'pi', '-y'])
    const next = keyIn(await read(mainFiles.pi))
    expect(next).not.toBe(key)
    expect(await statusWith(next)).toBe(200)
    await run(['undo', 'pi', '-y'])
    expect(await statusWith(next)).toBe(401)
  })

  test('a file that cannot be parsed is named with its line, not touched, and no key is made', async () => {
    const keys = await goodKeys()
    await put(mainFiles.codex, 'model = "x"\nmodel =\n')
    const refused = await run(['configure', 'codex', '-y'])
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain(join(home, mainFiles.codex))
    expect(refused.err).toContain('line 2')
    expect(await read(mainFiles.codex)).toBe('model = "x"\nmodel =\n')
    expect(await goodKeys()).toBe(keys)
  })

  test('a link stays a link', async () => {
    await put('dotfiles/claude.json', '{}\n')
    await mkdir(join(home, '.claude'))
    await symlink(join(home, 'dotfiles/claude.json'), join(home, mainFiles.claude))
    await run(['configure', 'claude', '-y'])
    expect((await lstat(join(home, mainFiles.claude))).isSymbolicLink()).toBe(true)
    expect(await read('dotfiles/claude.json')).toContain(url)
    await run(['undo', 'claude', '-y'])
    expect(await read('dotfiles/claude.json')).toBe('{}\n')
  })

  test('goes by XDG_CONFIG_HOME and CODEX_HOME, and by opencode.jsonc where that is the file', async () => {
    await put('xdg/opencode/opencode.jsonc', '{}')
    await run(['configure', 'opencode', '-y'], '', { XDG_CONFIG_HOME: join(home, 'xdg') })
    expect(await read('xdg/opencode/opencode.jsonc')).toContain(url)
    await run(['configure', 'codex', '-y'], '', { CODEX_HOME: join(home, 'elsewhere') })
    expect(await read('elsewhere/config.toml')).toContain(url)
    expect((await readdir(home)).sort()).toEqual(['elsewhere', 'xdg'])
    for (const agent of ['opencode', 'codex']) await run(['undo', agent, '-y'])
  })

  test('list says which agents there are and what was done to them; undo of another says that nothing was', async () => {
    await run(['configure', 'claude', '-y'])
    expect((await run(['list'])).out).toMatch(/^agent +model +key +folder\nopencode +- +- .*\npi .*\ncodex .*\nclaude +lab-model +key-\w+ +\S+\.claude\n$/)
    expect(await run(['undo', 'pi'])).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was done to Pi') as string })
    expect(await run(['configure', 'emacs'])).toMatchObject({ code: 2 })
    await run(['undo', 'claude', '-y'])
  })
})
