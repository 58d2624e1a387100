import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startScriptedEngine, type ScriptedEngine } from '../doubles/scripted-engine/scripted-engine'
import { buildApp, type BuiltApp } from '../fixtures/built-app'
import { runCli, startCli, type Ran, type Running } from '../fixtures/cli-process'
import { after, agentPrograms, before, commandOf, conclusion, type AgentProgram } from './agents'

const longestRunMs = 90_000
const isClosed = Object.keys(networkInterfaces()).every((name) => name === 'lo')
const network = isClosed ? 'on a network of loopback alone' : 'on the whole network, since no namespace was given'

let app: BuiltApp
let root: string
let home: string
let greeting: string
let engine: ScriptedEngine | undefined
let server: Running | undefined
let origin = ''

beforeAll(async () => {
  app = await buildApp()
})
afterAll(() => app.remove())

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'first-agents-'))
  home = join(root, 'home')
  greeting = join(root, 'work/greeting.txt')
  for (const folder of ['home', 'work', 'data']) await mkdir(join(root, folder))
  await writeFile(greeting, before)
})
afterEach(async () => {
  server?.kill('SIGTERM')
  await server?.ended
  await engine?.close()
  server = engine = undefined
  await rm(root, { recursive: true, force: true })
})

/** An engine that plays the edit to this program, and the gateway before it. */
async function start({ edits }: AgentProgram, speaks: 'chat_completions' | 'messages'): Promise<ScriptedEngine> {
  const started = await startScriptedEngine({
    speaks,
    script: (asked) => {
      const turns = edits(asked, greeting)
      return turns === undefined ? { text: 'Greeting' } : (turns[asked.results.length] ?? { text: conclusion })
    },
  })
  engine = started
  const profile = speaks === 'messages' ? 'anthropic' : 'other'
  await writeFile(join(root, 'data/config.yaml'), `clusters:\n  - { name: place, kind: direct, url: "${started.url}", profile: ${profile} }\n`)
  server = startCli(app, ['serve', '--port', '0', '--data-dir', join(root, 'data')], { env: { HOME: home } })
  origin = new URL((await server.readyLine).replace(/^.* at /, '')).origin
  return started
}

const setUp = (...args: readonly string[]): Promise<Ran> => runCli(app, ['agent', ...args, '--yes', '--data-dir', join(root, 'data')], { env: { HOME: home } })

/** Runs the program with these variables and no others, as «env -i» would. */
async function run([file, ...args]: readonly [string, ...string[]]): Promise<Ran> {
  const env = { HOME: home, PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(':'), TERM: 'dumb', TMPDIR: root, XDG_CONFIG_HOME: join(home, '.config'), XDG_DATA_HOME: join(home, 'data'), XDG_CACHE_HOME: join(home, 'cache'), XDG_STATE_HOME: join(home, 'state') }
  const child = spawn(file, args, { cwd: join(root, 'work'), env, stdio: ['ignore', 'pipe', 'pipe'] })
  const deadline = setTimeout(() => child.kill('SIGKILL'), longestRunMs)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  clearTimeout(deadline)
  return { code: child.exitCode, out, err }
}

describe.each(['chat_completions', 'messages'] as const)(`over a cluster that speaks %s only, ${network}`, (speaks) => {
  test.each(agentPrograms)('$id edits a file, configured by us, and is as it was after an undo', async (program) => {
    const command = commandOf(program)
    const { asked } = await start(program, speaks)
    expect(await setUp('configure', program.id)).toMatchObject({ code: 0 })

    const { code, out, err } = await run(command)
    expect({ code, out, err }).toMatchObject({ code: 0, out: expect.stringContaining(conclusion) as string })
    expect(await readFile(greeting, 'utf8')).toBe(after)

    const edited = asked.filter((each) => program.edits(each, greeting) !== undefined)
    expect(edited.map(({ results }) => results.length)).toEqual([0, 1, 2])
    expect(edited[1]?.results[0]).toContain('Hello, world')
    expect(edited.every(({ body }) => body.stream === true)).toBe(true)

    expect(await setUp('undo', program.id)).toMatchObject({ code: 0, err: expect.stringContaining('is revoked') as string })
    const left = await keysOnDisk(home)
    // A program may have written down in its own databases what it was configured with: that key opens nothing any more.
    expect(left.filter(({ file }) => !/\.sqlite(?:-wal|-shm)?$/.test(file))).toEqual([])
    for (const { key } of left) expect((await fetch(`${origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401)
  })
})

/** Files below a folder in which a key of ours still stands. */
async function keysOnDisk(folder: string): Promise<readonly { readonly file: string; readonly key: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')))
  return files.flatMap((file, index) => {
    const key = /fd-[\w-]{43}/.exec(texts[index] ?? '')?.[0]
    return key === undefined ? [] : [{ file, key }]
  })
}
