import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRequestRecorder, type RequestRecorder } from '@main/records/request-recorder'
import type { RecordsStore } from '@main/records/records-store'
import { createWorkerStore } from '@main/records/worker-store'
import { openDatabase } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildRecordsWorker, type ModuleBuild } from '../../fixtures/bundle-module'
import { createManualTimer, outcome } from '../../fixtures/records'
import { createKeptLog } from '../../fixtures/silent-logger'

let worker: ModuleBuild
let folder: string
let path: string
let store: RecordsStore
let recorder: RequestRecorder
let log = createKeptLog()
const clock = { now: () => 2_000_000 }

beforeAll(async () => {
  worker = await buildRecordsWorker()
})
afterAll(() => worker.remove())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-worker-'))
  path = join(folder, 'first.db')
  log = createKeptLog()
  ;(await openMigratedDatabase({ path, backupsDir: folder, clock, logger: createKeptLog().logger })).close()
  store = createWorkerStore({ module: worker.module, path })
  recorder = createRequestRecorder({ store, clock, logger: log.logger, keptDays: () => 365, knowsModel: () => true, defer: createManualTimer().defer })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

/** What is in the database of another connection. */
function ids(): string[] {
  const database = openDatabase(path)
  try {
    return database.all(z.object({ id: z.string() }), 'SELECT id FROM requests ORDER BY rowid').map(({ id }) => id)
  } finally {
    database.close()
  }
}
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

describe('the thread that keeps records', () => {
  test('writes all of them before it ends, in order', async () => {
    for (const name of names(3_456)) recorder.add(outcome(name))
    await recorder.close()
    expect(ids()).toEqual(names(3_456))
  })

  test('answers what is asked, and its errors are those of the catalogue', async () => {
    recorder.add(outcome('one', { usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3, isEstimated: false } }))
    await recorder.flush()
    const span = { fromMs: 0, toMs: 9_000_000 }
    expect(await store.recent({ limit: 10, filters: {} })).toMatchObject({ rows: [{ id: 'one' }] })
    expect(await store.usage({ by: 'model', ...span })).toMatchObject([{ id: 'm', promptTokens: 1 }])
    expect(await store.series({ every: 'day', ...span })).toMatchObject([{ tokens: 3 }])
    expect(await store.kept()).toEqual({ rowsKept: 1, oldestMs: 1_000_000 })
    await expect(store.recent({ limit: 10, filters: {}, before: 'x' })).rejects.toMatchObject({ code: 'invalid_request', param: 'before' })
  })

  test('that cannot open the database says so, and does not hold up the end', async () => {
    await store.close()
    const away = createWorkerStore({ module: worker.module, path: join(folder, 'no folder', 'first.db') })
    const degraded = createRequestRecorder({ store: away, clock, logger: log.logger, keptDays: () => 365, knowsModel: () => true, defer: createManualTimer().defer })
    degraded.add(outcome('one'))
    await degraded.flush()
    expect(degraded.problem()?.message).toContain('thread')
    await expect(away.recent({ limit: 10, filters: {} })).rejects.toThrow('thread')
    await degraded.close()
    expect(log.lines).toMatchObject([{ level: 'error' }, { level: 'error', fields: { lost: 1 } }])
  })

  test('starts again after it died, and what it did not write is written', async () => {
    await store.close()
    const [module, mended] = [join(folder, 'fragile.mjs'), join(folder, 'mended')]
    await writeFile(module, `import { existsSync } from 'node:fs'\nif (!existsSync(${JSON.stringify(mended)})) throw new Error('broken')\nawait import(${JSON.stringify(worker.module)})`)
    const timer = createManualTimer()
    const fragile = createWorkerStore({ module, path })
    const again = createRequestRecorder({ store: fragile, clock, logger: log.logger, keptDays: () => 365, knowsModel: () => true, defer: timer.defer })
    again.add(outcome('one'))
    await again.flush()
    expect(ids()).toEqual([])
    await writeFile(mended, '')
    again.add(outcome('two'))
    await again.close()
    expect(ids()).toEqual(['one', 'two'])
  })

  test('takes a database that another connection writes to as well', async () => {
    const other = openDatabase(path)
    for (const name of names(2_000)) {
      recorder.add(outcome(name))
      if (Number(name) % 100 === 0) other.run('INSERT INTO keys (id, name, hash, created_at_ms) VALUES (?, ?, ?, 1)', name, name, name)
    }
    await recorder.close()
    expect(other.all(z.object({ id: z.string() }), 'SELECT id FROM keys')).toHaveLength(20)
    other.close()
    expect(ids()).toHaveLength(2_000)
    expect(log.lines).toEqual([])
  })

  test('has on disk what it said it wrote when the process is killed the next moment, rows and roll-ups alike', async () => {
    const script = join(folder, 'killed.mjs')
    await writeFile(
      script,
      `import { Worker } from 'node:worker_threads'
       const [, , module, path] = process.argv
       const worker = new Worker(module, { workerData: { path } })
       const row = (id) => [id, 1000, 'owner', 'openai', '/v1/chat/completions', 'm', 'here', 1, 200, null, 0, null, 5, 1, 2, 0, 'chat_completions', 'api', null, 0, null, 0]
       let id = 0
       const write = () => worker.postMessage({ id: ++id, ask: 'write', input: { rows: { values: Array.from({ length: 100 }, (_, index) => row(id + '-' + index)).flat(), models: Array(100).fill('m') }, counted: [], keepSinceMs: 0 } })
       worker.on('message', (reply) => { if (reply.error) throw new Error(reply.error.message); process.stdout.write(reply.id + '\\n'); write() })
       write()`,
    )
    const child = spawn(process.execPath, [script, worker.module, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    let said = ''
    for await (const text of child.stdout.setEncoding('utf8')) {
      said += String(text)
      if (said.split('\n').length > 20) break
    }
    child.kill('SIGKILL')
    await exited
    const written = said.trim().split('\n').length
    const found = ids()
    expect(found.length).toBeGreaterThanOrEqual(100 * written)
    expect(found.length % 100).toBe(0)
    expect(await store.usage({ by: 'model', fromMs: 0, toMs: 9_000_000 })).toMatchObject([{ requests: found.length }])
  })
})
