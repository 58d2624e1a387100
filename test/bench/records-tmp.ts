import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { buildRecordsWorker } from '../fixtures/build-records-worker'
import { createKeptLog } from '../fixtures/silent-logger'
import { createLocalStore } from '@main/records/local-store'
import { createMetrics } from '@main/records/metrics'
import { createRequestRecorder } from '@main/records/request-recorder'
import { createWorkerStore } from '@main/records/worker-store'
import { openMigratedDatabase } from '@main/storage/migrate'

const total = Number(process.argv[3] ?? 1_000_000)
const folder = await mkdtemp(join(tmpdir(), 'recmeas-'))
const worker = await buildRecordsWorker()
const models = Array.from({ length: 20 }, (_, i) => `meta-llama/Llama-${i}-70B-Instruct`)
const clusters = ['here', 'lab', 'alcf', 'cloud']
const start = Date.now() - 30 * 86_400_000
const make = (i: number) => ({ requestId: `req_${i.toString(36)}abcdefgh`, startedAtMs: start + Math.floor(i * (30 * 86_400_000 / total)), identity: `key-${i % 10}`, door: 'openai' as const, route: '/v1/chat/completions', operation: 'chat_completions' as const, model: models[(i * 7) % 20]!, cluster: clusters[(i * 7) % 4]!, framework: 'vllm' as const, attempts: 1, status: i % 50 === 0 ? 502 : 200, ...(i % 50 === 0 && { errorCode: 'upstream_error' }), isStreamed: i % 2 === 0, firstByteMs: 10 + (i % 977), totalMs: 100 + (i % 9973), usage: { promptTokens: 20, completionTokens: 100, totalTokens: 120, isEstimated: i % 100 === 0 }, origin: '127.0.0.1' })
for (const kind of ['local', 'worker'] as const) {
  const path = join(folder, `${kind}.db`)
  const clock = { now: () => Date.now() }
  const { logger, lines } = createKeptLog()
  const database = await openMigratedDatabase({ path, backupsDir: folder, clock, logger })
  const store = kind === 'local' ? createLocalStore({ database }) : createWorkerStore({ module: worker.module, path })
  const metrics = createMetrics({ running: () => [], knowsModel: () => true, rowsDropped: () => 0 })
  const recorder = createRequestRecorder({ store, clock, logger, keptDays: () => 365, knowsModel: () => true, observe: (o) => metrics.observe(o) })
  const rows = kind === 'local' ? 100_000 : total
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  let addMs = 0
  const began = performance.now()
  const chunk = 200
  const busy = 0
  for (let i = 0; i < rows; i += chunk) {
    const outs = Array.from({ length: chunk }, (_, k) => make(i + k))
    const u0 = performance.eventLoopUtilization()
    const t = performance.now()
    for (const o of outs) { recorder.began(o) }
    for (const o of outs) { recorder.add(o) }
    addMs += performance.now() - t
    await new Promise((r) => setImmediate(r))
    if (kind === 'worker' && i % 5000 === 0) await recorder.flush()
  }
  await recorder.flush()
  loop.disable()
  const ms = performance.now() - began
  console.log(kind, rows, 'rows', (rows / ms * 1000).toFixed(0), 'rows/s end to end;', 'began+add', (addMs / rows * 1000).toFixed(2), 'us each (with encode and post / write in line);', 'loop p99', (loop.percentile(99) / 1e6).toFixed(1), 'max', (loop.max / 1e6).toFixed(1), 'dropped', recorder.rowsDropped(), lines.filter(l => l.level === 'error').length, 'size MB', ((await stat(path)).size / 1e6).toFixed(0))
  if (kind === 'worker') {
    const time = async (what: string, work: () => Promise<unknown>) => { const ts: number[] = []; for (let k = 0; k < 5; k++) { const t = performance.now(); await work(); ts.push(performance.now() - t) } ; ts.sort((a, b) => a - b); console.log(what.padEnd(40), 'median', ts[2]!.toFixed(1), 'max', ts[4]!.toFixed(1)) }
    const now = Date.now()
    await time('recent', () => store.recent({ limit: 100, filters: {} }))
    await time('recent 500', () => store.recent({ limit: 500, filters: {} }))
    await time('recent model', () => store.recent({ limit: 100, filters: { model: models[3]! } }))
    await time('recent failed', () => store.recent({ limit: 100, filters: { status: 'failed' } }))
    await time('recent ok', () => store.recent({ limit: 100, filters: { status: 'ok', asksModel: true } }))
    await time('recent model+failed', () => store.recent({ limit: 100, filters: { model: models[3]!, status: 'failed' } }))
    await time('recent none', () => store.recent({ limit: 100, filters: { model: 'nope', status: 'failed' } }))
    await time('recent identity+cluster none', () => store.recent({ limit: 100, filters: { identity: 'key-1', cluster: 'nope' } }))
    await time('recent key+cluster rare', () => store.recent({ limit: 100, filters: { identity: 'key-1', cluster: 'here' } }))
    await time('recent deep page', () => store.recent({ limit: 100, filters: {}, before: `${start + 1000000}-100000` }))
    for (const by of ['model', 'key', 'cluster', 'day'] as const) await time('usage 30 d by ' + by, () => store.usage({ by, fromMs: start, toMs: now }))
    await time('usage 7 d by model', () => store.usage({ by: 'model', fromMs: now - 7 * 86_400_000, toMs: now }))
    await time('usage 24 h by hour', () => store.usage({ by: 'hour', fromMs: now - 86_400_000, toMs: now }))
    await time('usage 30 d by hour', () => store.usage({ by: 'hour', fromMs: start, toMs: now }))
    await time('series 30 d hours', () => store.series({ every: 'hour', fromMs: start, toMs: now }))
    await time('series 30 d days', () => store.series({ every: 'day', fromMs: start, toMs: now }))
    await time('kept', () => store.kept())
    const t = performance.now(); const text = await metrics.text(); console.log('metrics text first', (performance.now() - t).toFixed(1), text.length); const t2 = performance.now(); await metrics.text(); console.log('again', (performance.now() - t2).toFixed(1))
    const os = Array.from({ length: 100_000 }, (_, k) => make(k)); const t3 = performance.now(); metrics.observe(os); console.log('observe us', ((performance.now() - t3) / 100).toFixed(2))
  }
  await recorder.close()
  database.close()
}
await worker.remove()
await rm(folder, { recursive: true, force: true })
