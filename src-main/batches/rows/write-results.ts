import { FirstError } from '@shared/errors'
import type { BatchEndpoint } from '@shared/domain/batch-report'
import { csvRow } from './csv'
import { openTable, type OpenTable, type RequestRow } from './open-table'
import { inGroups, readLines } from './read-lines'
import { createResultIndex, type ResultIndex, type ResultKind, type ResultPaths } from './result-index'

export type ResultFormat = 'jsonl' | 'csv'

export interface ResultFiles {
  /** The file of the batch with its index `<path>.idx` beside it; where it is not kept any more, questions are left empty. */
  readonly input: string
  /** Where each file of results may be; the first that is there is read. */
  readonly results: ResultPaths
  readonly endpoint: BatchEndpoint
  readonly format: ResultFormat
}

const columns = ['custom_id', 'line', 'state', 'status_code', 'error_code', 'question', 'answer', 'prompt_tokens', 'completion_tokens'] as const
/** Requests that are read together. */
const atOnce = 256
const kinds: readonly ResultKind[] = ['output', 'error']

/**
 * Every result of a batch, in the order of its requests: as OpenAI's lines, answers and errors alike, or as a table, which has a row for requests
 * that wait, too. A few megabytes are in memory at a time.
 * @throws FirstError `data_unreadable` where a file of results cannot be read
 */
export async function* writeResults({ input, results: paths, endpoint, format }: ResultFiles): AsyncGenerator<Buffer, void, undefined> {
  const results = createResultIndex()
  await results.update(paths).catch((cause: unknown) => {
    throw new FirstError('data_unreadable', 'The results of the batch cannot be read.', { cause })
  })
  const table = await openTable({ inputPath: input, paths, results, endpoint, longBytes: Infinity })
  try {
    if (format === 'csv') yield Buffer.from(csvRow(columns))
    for (let first = 0; first < table.count; first += atOnce) {
      const indexes = Array.from({ length: Math.min(atOnce, table.count - first) }, (_, at) => first + at)
      yield* format === 'csv' ? tableOf(table, indexes, results) : linesOf(table, indexes, results)
    }
  } finally {
    await table.close()
  }
}

async function* tableOf(table: OpenTable, indexes: readonly number[], results: ResultIndex): AsyncGenerator<Buffer> {
  for (const group of inGroups(indexes.map((index) => ({ index, sizeBytes: results.placeOf(index)?.sizeBytes ?? 0 })))) {
    const rows = await table.read(group.map(({ index }) => index))
    yield Buffer.from(rows.map(rowOf).join(''))
  }
}

const stateWords = { output: 'completed', error: 'failed' } as const

function rowOf({ customId, line, kind, question, result }: RequestRow): string {
  return csvRow([customId, line, kind === undefined ? 'waiting' : stateWords[kind], result?.statusCode, result?.errorCode, question, result?.answer, result?.promptTokens, result?.completionTokens])
}

async function* linesOf(table: OpenTable, indexes: readonly number[], results: ResultIndex): AsyncGenerator<Buffer> {
  const places = indexes.flatMap((index) => {
    const place = results.placeOf(index)
    const kind = results.kindOf(index)
    return place === undefined || kind === undefined ? [] : [{ ...place, kind }]
  })
  for (const group of inGroups(places)) {
    const lines = new Map<number, Buffer>()
    for (const kind of kinds) {
      const file = table.results[kind]
      const ofKind = group.map((place, at) => ({ ...place, at })).filter((place) => place.kind === kind)
      if (file !== undefined) await readLines(file, ofKind, (number, { bytes }) => void lines.set(ofKind[number]?.at ?? 0, bytes), { longBytes: Infinity })
    }
    const newline = Buffer.from('\n')
    yield Buffer.concat(group.flatMap((_, at) => [lines.get(at) ?? Buffer.alloc(0), newline]))
  }
}
