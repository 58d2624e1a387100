import type { Batch } from '@shared/domain/batch'
import type { BatchRow, BatchRowDetail, BatchRowFilter } from '@shared/domain/batch-rows'
import { FirstError } from '@shared/errors'
import type { FileStore } from '../files/file-store'
import { condense } from '../validate/condense'
import { chooseFound, chooseRows, fits } from './choose-rows'
import { createKept } from './kept'
import { openTable, resultPaths, type OpenTable, type RequestRow } from './open-table'
import { readAt } from '../read-at'
import { createResultIndex, type ResultIndex } from './result-index'
import { createRowSearch, type RowSearch } from './row-search'
import { excerpt } from './texts'

export interface RowQuery {
  readonly filter: BatchRowFilter
  /** Empty: everything. */
  readonly search: string
  readonly offset: number
  readonly limit: number
}

export interface RowPage {
  /** Requests that fit the filter and the search. */
  readonly total: number
  readonly rows: BatchRow[]
  /** The search has not looked at all of them yet: asked again, it goes on. */
  readonly isPartial?: true
}

/** The requests of a batch with what came of each, as a table. */
export interface BatchRows {
  /** @throws FirstError `batch_not_found`, `cancelled` by the signal */
  page(id: string, query: RowQuery, signal?: AbortSignal): Promise<RowPage>
  /** @throws FirstError `batch_not_found`, `not_found` */
  one(id: string, index: number): Promise<BatchRowDetail>
}

interface RowsDeps {
  readonly batch: (id: string) => Batch
  readonly files: Pick<FileStore, 'pathOf'>
  /** Milliseconds that only grow. */
  readonly monotonic: () => number
  /** For one page to search. */
  readonly searchMs?: number
}

/** What stays in memory of a batch that was looked at. */
interface Known {
  readonly results: ResultIndex
  search?: RowSearch
  /** Ends when the page before is there: pages of one batch are made one by one. */
  last: Promise<unknown>
}

const mostKnown = 4
const keptMs = 60_000
/** A longer line is told with its long texts cut. */
const mostDetailBytes = 2 ** 20

export function createBatchRows({ batch: read, files, monotonic, searchMs = 1_000 }: RowsDeps): BatchRows {
  const known = createKept<Known>({ most: mostKnown, idleMs: keptMs, make: () => ({ results: createResultIndex(), last: Promise.resolve() }) })

  const withTable = <Result>(id: string, work: (table: OpenTable, of: Known) => Promise<Result>): Promise<Result> => {
    const batch = read(id)
    const of = known.get(id)
    const next = of.last.then(async () => {
      const paths = resultPaths(batch, files)
      await of.results.update(paths)
      const table = await openTable({ inputPath: files.pathOf(batch.inputFileId), paths, results: of.results, endpoint: batch.endpoint })
      try {
        return await work(table, of)
      } finally {
        await table.close()
      }
    })
    of.last = next.catch(() => undefined)
    return next
  }
  const searchFor = async (text: string, { filter }: RowQuery, table: OpenTable, of: Known, signal: AbortSignal | undefined): Promise<boolean> => {
    if (of.search?.text !== text) of.search = createRowSearch(text, of.results)
    const untilMs = monotonic() + searchMs
    const isComplete = await of.search.goOn(table, (index) => fits(of.results, filter, index), () => signal?.aborted === true || monotonic() >= untilMs)
    if (signal?.aborted === true) throw new FirstError('cancelled', 'The search was left.')
    return isComplete
  }

  return {
    page: (id, query, signal) =>
      withTable(id, async (table, of) => {
        const text = query.search.trim()
        const isComplete = text === '' || (await searchFor(text, query, table, of, signal))
        const { search } = of
        const { total, indexes } = text === '' || search === undefined ? chooseRows(table.count, of.results, query) : chooseFound(table.count, of.results, query, (index) => search.has(index))
        return { total, rows: (await table.read(indexes)).map(toRow), ...(!isComplete && { isPartial: true }) }
      }),
    one: (id, index) =>
      withTable(id, async (table, { results }) => {
        const [row] = index < table.count ? await table.read([index]) : []
        if (row === undefined) throw new FirstError('not_found', `The batch "${id}" has no request ${index}.`)
        const [entry] = (await table.input?.lines.read(index, 1)) ?? []
        const place = results.placeOf(index)
        const [input, output] = [table.input?.file, row.kind === undefined ? undefined : table.results[row.kind]]
        return {
          index,
          line: row.line,
          customId: row.customId,
          request: entry === undefined || input === undefined ? '' : asJson(await readAt(input, entry.offset, entry.sizeBytes)),
          ...(place !== undefined && output !== undefined && { result: asJson(await readAt(output, place.offset, place.sizeBytes)) }),
        }
      }),
  }
}

function toRow({ index, line, kind, customId, question, result }: RequestRow): BatchRow {
  return {
    index,
    line,
    customId,
    state: kind === undefined ? 'waiting' : kind === 'output' ? 'completed' : 'failed',
    question: excerpt(question),
    ...(result?.statusCode !== undefined && { statusCode: result.statusCode }),
    ...(result?.errorCode !== undefined && { errorCode: result.errorCode }),
    ...(result !== undefined && { answer: excerpt(result.answer) }),
  }
}

function asJson(line: Buffer): string {
  const condensed = line.length > mostDetailBytes ? condense(line) : undefined
  return (typeof condensed === 'object' ? condensed.bytes : line).toString('utf8')
}
