import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeptLog } from '../fixtures/silent-logger'
import { openMigratedDatabase } from '@main/storage/migrate'
import { writeBatch } from '@main/records/write-batch'
import { appendRow } from '@main/records/stored-row'
import { localZone } from '@main/records/zone'
const folder = await mkdtemp(join(tmpdir(), 'recmeas-'))
const models = Array.from({ length: 20 }, (_, i) => `meta-llama/Llama-${i}-70B-Instruct`)
const clusters = ['here', 'lab', 'alcf', 'cloud']
const start = Date.now() - 30 * 86_400_000
const make = (i: number) => ({ requestId: `req_${i.toString(36)}abcdefgh`, startedAtMs: start + i * 2, identity: `key-${i % 10}`, door: 'openai' as const, route: '/v1/chat/completions', operation: 'chat_completions' as const, model: models[(i * 7) % 20]!, cluster: clusters[(i * 7) % 4]!, framework: 'vllm' as const, attempts: 1, status: i % 50 === 0 ? 502 : 200, ...(i % 50 === 0 && { errorCode: 'upstream_error' }), isStreamed: i % 2 === 0, firstByteMs: 10 + (i % 977), totalMs: 100 + (i % 9973), usage: { promptTokens: 20, completionTokens: 100, totalTokens: 120, isEstimated: i % 100 === 0 }, origin: '127.0.0.1' })
const database = await openMigratedDatabase({ path: join(folder, 'x.db'), backupsDir: folder, clock: { now: () => Date.now() }, logger: createKeptLog().logger })
const N = 100_000
let enc = 0, wr = 0
const c0 = process.cpuUsage()
for (let i = 0; i < N; i += 500) {
  const outs = Array.from({ length: 500 }, (_, k) => make(i + k))
  let t = performance.now()
  const values: (string | number | bigint | null)[] = []
  for (const o of outs) appendRow(values, o, o.model)
  enc += performance.now() - t
  t = performance.now()
  writeBatch(database, { values, counted: [], keepSinceMs: 0 }, localZone)
  wr += performance.now() - t
}
const c = process.cpuUsage(c0)
console.log('encode us/row', (enc / N * 1000).toFixed(2), 'write us/row', (wr / N * 1000).toFixed(2), 'cpu us/row', ((c.user + c.system) / N).toFixed(1))
database.close()
await rm(folder, { recursive: true, force: true })
