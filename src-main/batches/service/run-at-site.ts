import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BatchEndpoint } from '@shared/domain/batch-report'
import { toFirstError, type ErrorCode } from '@shared/errors'
import type { BatchLine } from '../run/run-batch'
import type { BatchService, SiteBatch } from './batch-service'
import { readSiteLine, siteRequest, type SiteResult } from './site-line'

/** What is remembered of a batch at a site. */
export interface AtSite {
  readonly cluster: string
  readonly key: string
  /** Absent: it may have been submitted, and its id not been known yet. */
  readonly batchId?: string | undefined
}

export interface SiteRunDeps {
  readonly service: BatchService
  readonly cluster: string
  readonly endpoint: BatchEndpoint
  /** Of an earlier run of the app. */
  readonly known: AtSite | undefined
  readonly newKey: () => string
  readonly remember: (site: AtSite) => void
  /** The requests that have no result yet. */
  readonly lines: () => AsyncIterable<BatchLine>
  /** Where the file for the site is written; it is removed. */
  readonly draft: string
  /** Resolves when it is in its file; a result that is there already is let go. */
  readonly keep: (result: SiteResult) => Promise<void>
  readonly onCounts: (counts: Pick<SiteBatch, 'completed' | 'failed'>) => void
  readonly onWait: (reason: string | undefined) => void
  /** Held by a person: it does not go there yet. */
  readonly isPaused: () => boolean
  /** Aborted when it is to be brought to its end before all is done. */
  readonly ending: AbortSignal
  /** Aborted when the app quits: the site goes on. */
  readonly signal: AbortSignal
  /** Until the next look; earlier where something has changed. */
  readonly pause: (ms: number) => Promise<void>
}

/** Milliseconds between two looks: often at first, for those that are short. */
const lookMs = (looks: number): number => Math.min(30_000, 1_000 + looks * 500)
/** Milliseconds between two looks at whether it was resumed. */
const pausedLookMs = 1_000
/** Looks at a batch that was cancelled there, before it is given up. */
const mostLooksAfterCancel = 60

/**
 * Has a site do what is left of a batch, and takes the results over. After a restart it goes on with the same batch there.
 * @returns why the rest has to be done line by line, where the site did not do it
 */
export async function runAtSite(deps: SiteRunDeps): Promise<string | undefined> {
  const kept = { isAll: true }
  const keep = (result: SiteResult): Promise<void> =>
    deps.keep(result).catch((cause: unknown) => {
      kept.isAll = false
      throw cause
    })
  const note = await doThere({ ...deps, keep })
  // What could not be kept here is fetched again.
  if (kept.isAll && !deps.signal.aborted) await deps.service.finish?.(deps.signal)
  return note
}

async function doThere(deps: SiteRunDeps): Promise<string | undefined> {
  const { cluster, signal } = deps
  try {
    const id = deps.known?.batchId ?? (await untilThrough(deps, 0, async (tries) => {
      await whilePaused(deps)
      return submitOnce(deps, deps.known !== undefined || tries > 0)
    }))
    if (id === undefined) return undefined
    const state = await watch(deps, id)
    if (state === undefined) return undefined
    for (const fileId of state.resultFiles) await untilThrough(deps, mostLooksAfterCancel, () => fetchResults(deps, fileId))
    return state.status === 'failed' ? `The batch service of the cluster "${cluster}" refused the file${state.reason === undefined ? '' : ` (${state.reason.slice(0, 300)})`}; its requests are sent one by one.` : state.note
  } catch (cause) {
    const error = toFirstError(cause)
    if (signal.aborted || (deps.ending.aborted && error.code === 'cancelled')) return undefined
    return `${error.message} The requests that it has not done are sent one by one.`
  }
}

/** These say nothing of the batch: the way there is cut, the site is busy, or it does not let us in now. */
const passing: ReadonlySet<ErrorCode> = new Set(['upstream_unreachable', 'too_many_requests', 'secret_unreadable', 'upstream_unauthorized', 'sign_in_needed'])

/** Takes a step again until the site could be asked. @param triesAtEnd as often where the batch is to come to its end meanwhile */
async function untilThrough<Value>({ ending, signal, onWait, pause }: SiteRunDeps, triesAtEnd: number, step: (tries: number) => Promise<Value>): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await step(tries)
    } catch (cause) {
      const error = toFirstError(cause)
      if (signal.aborted || !passing.has(error.code) || (ending.aborted && tries >= triesAtEnd)) throw error
      onWait(error.message)
      await pause(lookMs(tries))
      signal.throwIfAborted()
      onWait(undefined)
    }
  }
}

async function whilePaused({ isPaused, ending, signal, pause }: SiteRunDeps): Promise<void> {
  while (isPaused() && !ending.aborted) {
    await pause(pausedLookMs)
    signal.throwIfAborted()
  }
}

/**
 * Its key is kept before it is sent: after a restart, or an answer that was lost, the batch is found by it, and nothing is sent twice.
 * @param mayBeThere it may have been sent before
 */
async function submitOnce({ service, known, cluster, newKey, remember, lines, endpoint, draft, signal, ...step }: SiteRunDeps, mayBeThere: boolean): Promise<string | undefined> {
  const key = known?.key ?? newKey()
  const found = mayBeThere ? await service.find(key, signal, step) : undefined
  if (found !== undefined) {
    remember({ cluster, key, batchId: found })
    return found
  }
  // It was ended while it waited: there is nothing to send any more.
  if (step.ending.aborted) return undefined
  remember({ cluster, key })
  try {
    const written = { count: 0 }
    await pipeline(Readable.from(requests(lines(), endpoint, written)), createWriteStream(draft))
    if (written.count === 0) return undefined
    const batchId = await service.submit({ path: draft, endpoint, key }, signal, step)
    remember({ cluster, key, batchId })
    return batchId
  } finally {
    await rm(draft, { force: true })
  }
}

async function* requests(lines: AsyncIterable<BatchLine>, endpoint: BatchEndpoint, written: { count: number }): AsyncGenerator<string, void, undefined> {
  for await (const line of lines) {
    written.count++
    yield siteRequest(line, endpoint)
  }
}

/** @returns the batch once it is over there; undefined where it is not waited for any longer */
async function watch({ service, onCounts, onWait, ending, signal, pause }: SiteRunDeps, id: string): Promise<SiteBatch | undefined> {
  let isCancelled = false
  let looksAfterCancel = 0
  for (let looks = 0; ; looks++) {
    try {
      if (ending.aborted && !isCancelled) {
        isCancelled = true
        await service.cancel(id, signal)
      }
      const state = await service.status(id, signal)
      onWait(state.waits)
      onCounts(state)
      if (state.status !== 'running') return state
    } catch (cause) {
      const error = toFirstError(cause)
      if (signal.aborted || error.code === 'batch_not_found') throw cause
      // It is done there whether or not it can be asked.
      onWait(error.message)
    }
    if (isCancelled && ++looksAfterCancel > mostLooksAfterCancel) return undefined
    await pause(isCancelled ? 1_000 : lookMs(looks))
    signal.throwIfAborted()
  }
}

/** As many lines are written at once. */
const keptAtOnce = 500

async function fetchResults({ service, keep, signal, ...step }: SiteRunDeps, fileId: string): Promise<void> {
  let keeping: Promise<void>[] = []
  for await (const text of createInterface({ input: Readable.from(service.results(fileId, signal, step)), crlfDelay: Infinity })) {
    const line = readSiteLine(text)
    if (line === undefined) continue
    keeping.push(keep(line))
    if (keeping.length < keptAtOnce) continue
    await Promise.all(keeping)
    keeping = []
  }
  await Promise.all(keeping)
}
