import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { openDatabase } from '@main/storage/database'
import { startOpenAiServer, type OpenAiServer } from '../../doubles/openai-server/openai-server'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { startCli, type Running } from '../../fixtures/cli-process'
import { startGateway, type GatewayUnderTest } from '../gateway/gateway-fixture'

const model = 'org/shared-model'
const streams = 32

/** A whole gateway in a process of its own, before an engine of its own. */
interface Site {
  readonly engine: OpenAiServer
  readonly process: Running
  readonly url: string
  readonly key: string
  readonly dataDir: string
}

let app: BuiltApp
let folder: string
let alpha: Site
let beta: Site
let edge: GatewayUnderTest

async function startSite(name: string, settings: string): Promise<Site> {
  const engine = await startOpenAiServer({ models: [model] })
  const dataDir = join(folder, name)
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'config.yaml'), `${settings}clusters:\n  - { name: ${name}, kind: direct, url: "${engine.url}", framework: vllm, profile: vllm }\n`)
  const process = startCli(app, ['serve', '--port', '0', '--data-dir', dataDir])
  const url = new URL(/http:\S+/.exec(await process.readyLine)?.[0] ?? '').origin
  return { engine, process, url, key: (await readFile(join(dataDir, 'local.key'), 'utf8')).trim(), dataDir }
}

beforeAll(async () => {
  app = await buildApp()
  folder = await mkdtemp(join(tmpdir(), 'first-sites-'))
  ;[alpha, beta] = await Promise.all([startSite('alpha', ''), startSite('beta', 'gateway: { refuseUnknownFields: true }\n')])
  const site = (name: string, { url }: Site): object => ({ name, kind: 'first', url: `${url}/resource_server`, token: `\${env:${name.toUpperCase()}}` })
  edge = await startGateway({ clusters: [site('alpha', alpha), site('beta', beta)], secrets: { '${env:ALPHA}': alpha.key, '${env:BETA}': beta.key } })
})
afterAll(async () => {
  await edge.close()
  for (const { process, engine } of [alpha, beta]) {
    process.kill('SIGKILL')
    await process.ended
    await engine.close()
  }
  await app.remove()
  await rm(folder, { recursive: true, force: true })
})

function gate(): { readonly until: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const until = new Promise<void>((resolve) => (open = resolve))
  return { until, open: () => open() }
}

const ask = async (_: unknown, index: number): Promise<string> => {
  const answer = await edge.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: `count to six, ${index}` }], stream: true, chat_template_kwargs: { thinking: false } })
  expect(answer.status).toBe(200)
  return answer.text()
}

/** However busy the machine is. */
const patient = { timeout: 60_000 }

const row = z.object({ status: z.number(), error_code: z.string().nullable(), prompt_tokens: z.number().nullable(), completion_tokens: z.number().nullable() })

test('a site is killed under 32 streams: what it had not begun moves over, what it had ends cleanly, and both sides count alike', async () => {
  const { until, open } = gate()
  let atAlpha = 0
  // Every other request to alpha is in the middle of its answer when the site dies, the rest have not begun.
  alpha.engine.behave(() => (atAlpha++ % 2 === 0 ? { kind: 'answer', text: 'one two three four five six', hold: { afterTokens: 2, until } } : { kind: 'hang' }))
  beta.engine.behave({ kind: 'answer', text: 'one two three four five six', hold: { afterTokens: 2, until } })

  const answers = Array.from({ length: streams }, ask)
  await expect.poll(() => alpha.engine.chats.length + beta.engine.chats.length, patient).toBe(streams)
  const begun = Math.ceil(alpha.engine.chats.length / 2)
  const moved = alpha.engine.chats.length - begun
  expect(begun).toBeGreaterThan(2)
  expect(moved).toBeGreaterThan(2)

  // What was begun has reached its caller, so that it is bound to alpha.
  await expect.poll(() => edge.outcomesUnderWay().filter(({ cluster, firstByteMs }) => cluster === 'alpha' && firstByteMs !== undefined).length, patient).toBe(begun)
  alpha.process.kill('SIGKILL')
  await beta.engine.seen(streams - begun)
  open()
  const texts = await Promise.all(answers)

  const whole = texts.filter((text) => text.trimEnd().endsWith('data: [DONE]'))
  const cut = texts.filter((text) => !whole.includes(text))
  expect([whole.length, cut.length]).toEqual([streams - begun, begun])
  for (const text of whole) expect(text).toContain('six')
  for (const text of cut) {
    expect(text).toContain('two')
    expect(JSON.parse(text.trimEnd().split('\n').at(-1)?.slice('data: '.length) ?? '')).toMatchObject({ error: { type: 'server_error', code: 'upstream_error' } })
  }

  const outcomes = edge.outcomes.filter(({ operation }) => operation === 'chat_completions')
  expect(outcomes).toHaveLength(streams)
  const served = outcomes.filter(({ cluster, errorCode }) => cluster === 'beta' && errorCode === undefined)
  expect(served).toHaveLength(streams - begun)
  expect(served.filter(({ attempts }) => attempts === 2)).toHaveLength(moved)

  beta.process.kill('SIGTERM')
  await beta.process.ended
  const database = openDatabase(join(beta.dataDir, 'first.db'))
  const rows = database.all(row, "SELECT status, error_code, prompt_tokens, completion_tokens FROM requests WHERE operation = 'chat_completions'")
  database.close()
  expect(rows).toHaveLength(served.length)
  const tokens = (sum: number, { prompt_tokens, completion_tokens }: z.infer<typeof row>): number => sum + (prompt_tokens ?? 0) + (completion_tokens ?? 0)
  expect(rows.reduce(tokens, 0)).toBe(served.reduce((sum, { usage }) => sum + (usage?.totalTokens ?? 0), 0))
})
