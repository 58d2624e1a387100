import { execFile } from 'node:child_process'
import { openAsBlob } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { startProcess, startServe } from './processes'
import { residentBytes } from './resident'
import { megabytes, type Row } from './stats'

const requests = 150_000
const bareRequests = 50_000
const concurrency = 64
/** Milliseconds that the engine takes for an answer: less than any model does. */
const delays = [20, 0]

const lineOf = (index: number): string =>
  `${JSON.stringify({ custom_id: `request-${index}`, method: 'POST', url: '/v1/chat/completions', body: { model: 'bench', messages: [{ role: 'user', content: `What follows from the slope of ln k over 1/T in step ${index}?` }], max_tokens: 64 } })}\n`

async function writeFileOf(path: string, count: number): Promise<void> {
  await writeFile(path, Array.from({ length: count }, (_, index) => lineOf(index)).join(''))
}

interface WireBatch {
  readonly id: string
  readonly status: string
  readonly in_progress_at: number
  readonly request_counts: { readonly completed: number; readonly failed: number }
}

interface Ran {
  readonly perSecond: number
  /** Resident memory after a tenth of the requests, and at its most after that. */
  readonly earlyBytes: number
  readonly mostBytes: number
}

/** The product runs the file: uploaded, validated, run and its results put together. */
async function runOurs(folder: string, file: string, enginePort: number): Promise<Ran> {
  const dataDir = join(folder, `data-${enginePort}`)
  await promisify(execFile)('mkdir', ['-p', dataDir])
  await writeFile(join(dataDir, 'config.yaml'), `version: 1\nclusters:\n  - { name: bench, kind: direct, url: "http://127.0.0.1:${enginePort}/v1", models: [bench], profile: vllm }\nbatches: { maxConcurrency: ${concurrency} }\n`)
  const app = await startServe(dataDir)
  try {
    const headers = { authorization: `Bearer ${(await readFile(join(dataDir, 'local.key'), 'utf8')).trim()}` }
    const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
      const answer = await fetch(`${app.origin}/v1${path}`, { ...init, headers: { ...headers, ...(init.headers as Record<string, string> | undefined) } })
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
      return answer.json()
    }
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', await openAsBlob(file), 'bench.jsonl')
    const { id: inputFileId } = (await ask('/files', { method: 'POST', body: form })) as { id: string }
    const { id } = (await ask('/batches', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ input_file_id: inputFileId, endpoint: '/v1/chat/completions', completion_window: '24h' }) })) as WireBatch
    let began: { atMs: number; done: number } | undefined
    let [earlyBytes, mostBytes] = [0, 0]
    for (;;) {
      await new Promise((done) => setTimeout(done, 250))
      const { status, request_counts: counts } = (await ask(`/batches/${id}`)) as WireBatch
      const done = counts.completed
      if (counts.failed > 0 || status === 'failed') throw new Error(`the batch is ${status} with ${counts.failed} failures`)
      // From here on it goes at full pace.
      if (began === undefined && done > 1_000) began = { atMs: performance.now(), done }
      if (earlyBytes === 0 && done > requests / 10) earlyBytes = residentBytes(app.process.pid ?? 0)
      if (earlyBytes > 0) mostBytes = Math.max(mostBytes, residentBytes(app.process.pid ?? 0))
      if (done < requests || began === undefined) continue
      return { perSecond: ((done - began.done) / (performance.now() - began.atMs)) * 1000, earlyBytes, mostBytes }
    }
  } finally {
    await app.stop()
  }
}

async function runBare(folder: string, file: string, enginePort: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [resolve('test/bench/processes/bare-batch.mjs'), file, `http://127.0.0.1:${enginePort}`, String(concurrency), join(folder, 'bare.jsonl')])
  return (bareRequests / Number(stdout)) * 1000
}

/** 150,000 requests through the product, beside a loop of as many connections that does nothing but send and write. */
export async function benchBatchRun(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'first-bench-'))
  try {
    const [file, bareFile] = [join(folder, 'ours.jsonl'), join(folder, 'bare-in.jsonl')]
    await writeFileOf(file, requests)
    await writeFileOf(bareFile, bareRequests)
    const rows: Row[] = []
    for (const delayMs of delays) {
      const engine = await startProcess('engine.mjs', { DELAY_MS: String(delayMs) })
      try {
        const before = await runBare(folder, bareFile, engine.port)
        const ours = await runOurs(folder, file, engine.port)
        const bare = (before + (await runBare(folder, bareFile, engine.port))) / 2
        const ratio = ours.perSecond / bare
        rows.push(
          { what: `requests a second at ${concurrency}, an engine that takes ${delayMs} ms`, value: ours.perSecond.toFixed(0), reference: bare.toFixed(0), ratio: ratio.toFixed(2), ...(delayMs > 0 && { aim: '>= 0.7', holds: ratio >= 0.7 }) },
          { what: '  memory at its most, over that after a tenth', value: megabytes(ours.mostBytes), reference: megabytes(ours.earlyBytes), ratio: (ours.mostBytes / ours.earlyBytes).toFixed(2), aim: '<= 1.5', holds: ours.mostBytes <= 1.5 * ours.earlyBytes },
        )
      } finally {
        await engine.stop()
      }
    }
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
