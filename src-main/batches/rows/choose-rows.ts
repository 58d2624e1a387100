import type { BatchRowFilter } from '@shared/domain/batch-rows'
import type { ResultIndex, ResultKind } from './result-index'

export interface Choice {
  /** Requests that fit the filter and the search. */
  readonly total: number
  /** Of the page, by their place in the file of the batch. */
  readonly indexes: readonly number[]
}

export interface Chosen {
  readonly filter: BatchRowFilter
  readonly offset: number
  readonly limit: number
}

type Results = Pick<ResultIndex, 'kindOf' | 'answered' | 'failed'>

const kindOfFilter: Readonly<Record<Exclude<BatchRowFilter, 'all'>, ResultKind | undefined>> = { completed: 'output', failed: 'error', waiting: undefined }

/** The requests of a page: those that failed first, each part in the order of the file. Only as many are looked at as the page needs. */
export function chooseRows(count: number, results: Results, { filter, offset, limit }: Chosen): Choice {
  if (filter === 'failed') return { total: results.failed.length, indexes: results.failed.slice(offset, offset + limit) }
  if (filter !== 'all') {
    const total = filter === 'completed' ? results.answered : count - results.answered - results.failed.length
    return { total, indexes: take(count, 0, offset, limit, (index) => fits(results, filter, index)) }
  }
  const failed = results.failed.slice(offset, offset + limit)
  const start = placeOfRest(results.failed, Math.max(0, offset - results.failed.length))
  return { total: count, indexes: [...failed, ...take(count, start, 0, limit - failed.length, (index) => results.kindOf(index) !== 'error')] }
}

/** The same among what a search has found, which is gone through whole. */
export function chooseFound(count: number, results: Pick<ResultIndex, 'kindOf'>, { filter, offset, limit }: Chosen, isFound: (index: number) => boolean): Choice {
  const found: Record<'failed' | 'rest', number[]> = { failed: [], rest: [] }
  for (let index = 0; index < count; index++) if (isFound(index) && fits(results, filter, index)) found[results.kindOf(index) === 'error' ? 'failed' : 'rest'].push(index)
  const all = [...found.failed, ...found.rest]
  return { total: all.length, indexes: all.slice(offset, offset + limit) }
}

export function fits(results: Pick<ResultIndex, 'kindOf'>, filter: BatchRowFilter, index: number): boolean {
  return filter === 'all' || results.kindOf(index) === kindOfFilter[filter]
}

/** The first `limit` after `skip` of those from `start` on that are meant. */
function take(count: number, start: number, skip: number, limit: number, isMeant: (index: number) => boolean): number[] {
  const indexes: number[] = []
  let left = skip
  for (let index = start; index < count && indexes.length < limit; index++) {
    if (!isMeant(index)) continue
    if (left > 0) left--
    else indexes.push(index)
  }
  return indexes
}

/** Where the request stands that `rank` others which have not failed precede. */
function placeOfRest(failed: readonly number[], rank: number): number {
  let [low, high] = [0, failed.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((failed[middle] ?? 0) - middle <= rank) low = middle + 1
    else high = middle
  }
  return rank + low
}
