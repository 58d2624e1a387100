import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { median, megabytes, type Row } from './stats'

interface Run {
  readonly requests: number
  readonly tookMs: number
  readonly grownBytes: number
  readonly longestMs: number
}

const rounds = 3
const worker = resolve('out/main/batch-validate-worker.js')

/** In a process of its own, so that no run leaves memory to the next. */
async function runOnce(kind: 'bare' | 'validate', path: string): Promise<Run> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', resolve('scripts/lib/run-typescript.mjs'), 'test/bench/batch-validation-run.ts', kind, path, worker])
  return JSON.parse(stdout) as Run
}

/** Some 1,500 bytes a line, as a batch of questions has. */
function usualLine(index: number): string {
  const content = `The activation energy of step ${index} follows from the slope of ln k over 1/T, and it is 45.2 kJ/mol. `.repeat(12)
  const body = { model: 'meta-llama/Llama-3.1-8B-Instruct', messages: [{ role: 'system', content: 'You are a chemist.' }, { role: 'user', content }], max_tokens: 256, temperature: 0.2 }
  return JSON.stringify({ custom_id: `request-${index}`, method: 'POST', url: '/v1/chat/completions', body })
}
const shortLine = (index: number): string => `{"custom_id":"${index}","method":"POST","url":"/v1/completions","body":{"model":"m","prompt":"x"}}`
/** Of 49 MB, with a letter that makes V8 hold the whole line in two bytes a letter. */
const longLine = (index: number): string =>
  JSON.stringify({ custom_id: `${index}`, method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'π' }, { type: 'image_url', image_url: { url: 'A'.repeat(49 * 2 ** 20) } }] }] } })

async function writeLines(path: string, lines: number, lineOf: (index: number) => string): Promise<string> {
  function* pieces(): Generator<string> {
    let piece = ''
    for (let index = 0; index < lines; index++) {
      piece += `${lineOf(index)}\n`
      if (piece.length < 2 ** 20 && index < lines - 1) continue
      yield piece
      piece = ''
    }
  }
  await pipeline(Readable.from(pieces()), createWriteStream(path))
  return path
}

/** The hardest on memory: the most ids that are held, the same id on each line, nothing right at all, the longest lines. */
const hardFiles: readonly (readonly [what: string, lines: number, lineOf: (index: number) => string])[] = [
  ['10 million lines', 10_000_000, shortLine],
  ['2 million lines, each id twice', 2_000_000, (index) => shortLine((index * 7919) % 1_000_000)],
  ['2 million lines that are no JSON', 2_000_000, (index) => `{"custom_id":"${index}",}`],
  ['20 lines of 49 MB, each id twice', 20, (index) => longLine(index % 10)],
]

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`
const most = 200 * 2 ** 20

/** The check of batch files, over a bare loop of readline and JSON.parse. */
export async function benchBatches(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'first-bench-'))
  try {
    const usual = await writeLines(join(folder, 'usual.jsonl'), 142_000, usualLine)
    const runs = { bare: [] as Run[], validate: [] as Run[] }
    for (let round = 0; round < rounds; round++) for (const kind of ['bare', 'validate'] as const) runs[kind].push(await runOnce(kind, usual))
    const figure = (kind: keyof typeof runs, of: keyof Run): number => median(runs[kind].map((run) => run[of]))
    const [ours, bare] = [figure('validate', 'tookMs'), figure('bare', 'tookMs')]
    const grown = figure('validate', 'grownBytes')
    const rows: Row[] = [
      { what: 'a file of 200 MB, 142,000 requests', value: seconds(ours), reference: seconds(bare), ratio: (ours / bare).toFixed(2), aim: '< 10 s', holds: ours < 10_000 },
      { what: '  memory at its most, above that before', value: megabytes(grown), reference: megabytes(figure('bare', 'grownBytes')), aim: '< 200 MB', holds: grown < most },
      { what: '  longest wait of the main thread', value: `${figure('validate', 'longestMs').toFixed(0)} ms`, reference: `${figure('bare', 'longestMs').toFixed(0)} ms` },
    ]
    await rm(usual)
    for (const [what, lines, lineOf] of hardFiles) {
      const path = await writeLines(join(folder, 'hard.jsonl'), lines, lineOf)
      const { tookMs, grownBytes } = await runOnce('validate', path)
      rows.push({ what: `${what}: memory (${seconds(tookMs)})`, value: megabytes(grownBytes), aim: '< 200 MB', holds: grownBytes < most })
    }
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
