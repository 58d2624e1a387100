import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import OpenAI from 'openai'
import { stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { startCli, type Running } from '../../fixtures/cli-process'
import { mountSmallDisk } from '../../fixtures/small-disk'
import { until } from '../../fixtures/until'
import { startLedgerEngine, type LedgerEngine } from './ledger-engine'

let app: BuiltApp
beforeAll(async () => {
  app = await buildApp()
})
afterAll(() => app.remove())

/** Numbers that look random and are the same at each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The app as a process of its own, over as many lives as a test gives it. */
class Lives {
  #running: Running | undefined
  #client: OpenAI | undefined

  constructor(readonly dataDir: string) {}

  get client(): OpenAI {
    if (this.#client === undefined) throw new Error('the app does not run')
    return this.#client
  }

  async start(): Promise<void> {
    const running = startCli(app, ['serve', '--port', '0', '--data-dir', this.dataDir], { env: { XDG_CONFIG_HOME: this.dataDir, XDG_DATA_HOME: this.dataDir } })
    this.#running = running
    const { origin } = new URL((await running.readyLine).replace(/^.* at /, ''))
    this.#client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: (await readFile(join(this.dataDir, 'local.key'), 'utf8')).trim(), maxRetries: 0 })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#running?.kill(signal)
    await this.#running?.ended
  }
}

const questionOf = (name: string, index: number): string => `${name} ${index}`

async function submit(lives: Lives, folder: string, name: string, count: number): Promise<string> {
  const path = join(folder, `${name}.jsonl`)
  await writeFile(path, Array.from({ length: count }, (_, index) => `${JSON.stringify({ custom_id: questionOf(name, index), method: 'POST', url: '/v1/chat/completions', body: { model: 'ledger', messages: [{ role: 'user', content: questionOf(name, index) }] } })}\n`).join(''))
  const file = await lives.client.files.create({ file: createReadStream(path), purpose: 'batch' })
  const batch = await lives.client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' })
  return batch.id
}

/** The results that are in the files of the data directory now, whole lines only, by the question. */
async function writtenResults(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'files')
  const parts = (await readdir(folder)).filter((name) => /\.(output|error)\.part$/.test(name))
  const texts = await Promise.all(parts.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')))
  return texts.flatMap((whole) => whole.split('\n').slice(0, -1)).map((line) => (JSON.parse(line) as { custom_id: string }).custom_id)
}

interface Line {
  readonly custom_id: string
  readonly response: { readonly status_code: number } | null
}

/** Each question has exactly one line, in one of the two files, and the batch counts them as they are. */
async function expectWhole(lives: Lives, id: string, name: string, count: number): Promise<void> {
  const batch = await lives.client.batches.retrieve(id)
  expect(batch.status).toBe('completed')
  const read = async (fileId: string | undefined): Promise<Line[]> => (fileId == null ? [] : (await (await lives.client.files.content(fileId)).text()).trimEnd().split('\n').map((line) => JSON.parse(line) as Line))
  const [output, errors] = [await read(batch.output_file_id), await read(batch.error_file_id)]
  expect([...output, ...errors].map(({ custom_id }) => custom_id).sort()).toEqual(Array.from({ length: count }, (_, index) => questionOf(name, index)).sort())
  expect(output.every(({ response }) => response?.status_code === 200)).toBe(true)
  expect(batch.request_counts).toEqual({ total: count, completed: output.length, failed: errors.length })
  // As the engine counts each answer.
  expect(batch.usage).toMatchObject({ input_tokens: 3 * output.length, output_tokens: 2 * output.length })
}

const over: ReadonlySet<string> = new Set(['completed', 'failed', 'expired', 'cancelled'])
const isOver = async (lives: Lives, id: string): Promise<boolean> => over.has((await lives.client.batches.retrieve(id)).status)

describe('no result is lost or doubled', { timeout: 300_000 }, () => {
  const disk = mountSmallDisk(64)
  disk?.remove()

  const stage = async (run: (lives: Lives, engine: LedgerEngine, folder: string) => Promise<void>, seed: number, dataDir?: string): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'first-ledger-'))
    const engine = await startLedgerEngine({ random: seeded(seed), health: 0.9 })
    const lives = new Lives(dataDir ?? join(folder, 'data'))
    await mkdir(lives.dataDir, { recursive: true, mode: 0o700 })
    await writeFile(join(lives.dataDir, 'config.yaml'), stringify({ clusters: [{ name: 'ledger', kind: 'direct', url: engine.url, models: ['ledger'] }] }))
    try {
      await lives.start()
      await run(lives, engine, folder)
    } finally {
      await lives.end('SIGKILL')
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    }
  }

  test(`20,000 requests over 30 deaths${disk === undefined ? ' (the disk is not filled: no disk can be mounted here)' : ', two full disks'} and a cut of the network`, async () => {
    const small = mountSmallDisk(96)
    const random = seeded(7)
    const count = 20_000
    try {
      await stage(
        async (lives, engine, folder) => {
          const id = await submit(lives, folder, 'alone', count)
          for (let death = 1; death <= 30; death++) {
            await pause(150 + random() * 700)
            if (small !== undefined && (death === 8 || death === 16)) {
              const filler = join(small.path, 'filler')
              await writeFile(filler, Buffer.alloc(96 * 2 ** 20)).catch(() => undefined)
              await pause(600)
              await rm(filler)
            }
            if (death === 22) {
              await engine.cut()
              await pause(800)
              await engine.mend()
            }
            await lives.end('SIGKILL')
            engine.written(await writtenResults(lives.dataDir))
            await lives.start()
          }
          await until('the batch is done', () => isOver(lives, id), { timeoutMs: 200_000, everyMs: 250 })
          await expectWhole(lives, id, 'alone', count)
          expect(engine.asInVain).toEqual([])
        },
        1,
        small === undefined ? undefined : join(small.path, 'data'),
      )
    } finally {
      small?.remove()
    }
  })

  test('two batches and a chat at once, over 6 deaths', async () => {
    const random = seeded(11)
    const count = 2_000
    await stage(async (lives, engine, folder) => {
      const ids = [await submit(lives, folder, 'one', count), await submit(lives, folder, 'two', count)]
      let chats = 0
      const chat = new AbortController()
      const chatting = (async () => {
        while (!chat.signal.aborted) {
          // It meets dead lives and an engine that fails; what counts is that it is answered while batches run.
          await lives.client.chat.completions.create({ model: 'ledger', messages: [{ role: 'user', content: `chat ${chats}` }] }).then(() => chats++, () => pause(20))
        }
      })()
      for (let death = 1; death <= 6; death++) {
        await pause(200 + random() * 500)
        await lives.end('SIGKILL')
        engine.written(await writtenResults(lives.dataDir))
        await lives.start()
      }
      for (const id of ids) await until('the batch is done', () => isOver(lives, id), { timeoutMs: 120_000, everyMs: 250 })
      chat.abort()
      await chatting
      await expectWhole(lives, ids[0] ?? '', 'one', count)
      await expectWhole(lives, ids[1] ?? '', 'two', count)
      expect(engine.asInVain).toEqual([])
      expect(chats).toBeGreaterThan(0)
    }, 2)
  })
})
