import type { BatchUsage } from '@shared/domain/batch'
import { endpointOperations, type BatchReport } from '@shared/domain/batch-report'
import type { Operation } from '@shared/domain/model'
import { toFirstError, type FirstError } from '@shared/errors'
import { deliverResults } from './deliver-results'
import type { FileStore } from './files/file-store'
import { newId } from './new-id'
import { partPath } from './part-path'
import { passingFault } from './passing-fault'
import { createRates, type Rates } from './rates'
import { resultPaths } from './rows/open-table'
import { openFirst, type ResultKind } from './rows/result-index'
import { openBatchResults, type BatchResults } from './run/batch-results'
import type { DoneSet } from './run/done-set'
import { readBatchLines } from './run/line-source'
import { markRest, type Ending } from './run/mark-rest'
import { createPace } from './run/pace'
import { runBatch, type BatchLine, type BatchRun, type Performed } from './run/run-batch'
import { usageBeyond } from './run/usage-beyond'
import type { Site } from './service/batch-service'
import { restAtService } from './service/rest-at-service'
import { createWakeablePause } from './service/wakeable-pause'
import type { StoredBatch } from './stored-batch'
import { createUsageTally, type UsageTally } from './usage-tally'
import { validateBatch } from './validate/validate-batch'
import type { FileValidator, ValidateFile } from './validate/validate-file'

/** What the way of one batch needs of the rest. */
export interface DriveDeps {
  /** As it is now. */
  readonly read: () => StoredBatch
  /** Keeps what has changed, and tells of it. */
  readonly keep: (changes: Partial<StoredBatch>) => void
  /** The same, before anything follows from it; @throws FirstError `disk_full` where it cannot be kept. */
  readonly settle: (changes: Partial<StoredBatch>) => void
  /** Something that is not kept has changed: a reason to wait, how far the validation is. */
  readonly onProgress: () => void
  readonly onReport: (report: BatchReport) => void
  /** It is about to fail, with the results that it has. */
  readonly onBroken: (error: FirstError) => void
  readonly files: FileStore
  readonly validate: FileValidator
  readonly rules: (batch: StoredBatch) => NonNullable<ValidateFile['options']>
  /** @throws Refused, FirstError */
  readonly perform: (batch: StoredBatch, operation: Operation, line: BatchLine, signal: AbortSignal) => Promise<Performed>
  /** Where it is done, asked when it begins to run. */
  readonly siteOf: (batch: StoredBatch) => Site
  /** Requests of this batch that may be under way beside those of people and of other batches now. */
  readonly room: (batch: StoredBatch) => number
  readonly mostAtOnce: number
  /** It was being brought to its end already. */
  readonly ending: Ending | undefined
  /** Unix milliseconds. */
  readonly clock: () => number
  readonly random: () => number
}

export interface Drive {
  /** Resolves when the batch has come to its end, or was let go; rejects with what it has to wait for. */
  readonly ended: Promise<void>
  readonly rates: Rates
  inFlight(): number
  /** Why nothing goes on. */
  waits(): string | undefined
  /** How far the validation is, 0 to 1. */
  validated(): number | undefined
  /** Looks again: it was resumed, or there is more room. */
  wake(): void
  /** Tries again at once: what hindered may be gone. */
  relieve(): void
  /** Brings it to its end: what has a result keeps it, the rest is marked. */
  end(how: Ending): void
  /** The app quits: it goes on at the next start. */
  letGo(): Promise<void>
}

/** Milliseconds between two times that counts are kept. */
const keepEveryMs = 1_000
/** Takes a batch from where it is to its end: validated, run, finalized; at whichever step it was cut before, it goes on there. */
export function driveBatch(deps: DriveDeps): Drive {
  const { read, keep, settle, files, clock, random } = deps
  const { id } = read()
  const rates = createRates(clock)
  const validating = new AbortController()
  const leaving = new AbortController()
  const cutting = new AbortController()
  const looks = createWakeablePause()
  let { ending } = deps
  if (ending !== undefined) cutting.abort()
  let run: BatchRun | undefined
  let waits: string | undefined
  let validated: number | undefined
  let isLetGo = false

  const partOf = (kind: ResultKind): string => partPath(files, id, kind)
  const setWaits = (reason: string | undefined): void => {
    if (waits === reason) return
    waits = reason
    deps.onProgress()
  }
  const restOf = (done: DoneSet): AsyncGenerator<BatchLine, void, undefined> => {
    const { inputFileId, endpoint, model } = read()
    return readBatchLines({ path: files.pathOf(inputFileId), endpoint, model, done })
  }

  /** @returns whether it can be run */
  const validate = async (): Promise<boolean> => {
    const batch = read()
    const { report, changes } = await validateBatch({
      validate: deps.validate,
      path: files.pathOf(batch.inputFileId),
      rules: deps.rules(batch),
      signal: validating.signal,
      onProgress(part) {
        validated = part
        deps.onProgress()
      },
      clock,
    })
    validated = undefined
    deps.onReport(report)
    keep(changes)
    return report.errors === 0
  }

  const validateUnlessEnding = (): Promise<boolean> =>
    validate().catch((cause: unknown) => {
      if (ending === undefined) throw cause
      return true
    })

  /** Goes on from what is kept, with what came after that and before a crash; a line does not say which of several clusters has answered. */
  const openTally = async (results: BatchResults): Promise<UsageTally> => {
    const { talliedBytes = Infinity, site, place, ...kept } = read()
    const tally = createUsageTally(kept)
    if (results.outputBytes() > talliedBytes) for await (const used of usageBeyond(partOf('output'), talliedBytes)) tally.add((site ?? place)?.cluster, used)
    return tally
  }

  const runRest = async (results: BatchResults, tally: UsageTally, keepAll: () => void): Promise<void> => {
    const { done } = results
    const batch = read()
    const operation = endpointOperations[batch.endpoint]
    const keepCounts = (): void => {
      const [now, known] = [results.counts(), read()]
      if (known.completed !== now.completed || known.failed !== now.failed) keepAll()
    }
    const count = (cluster: string | undefined, used: BatchUsage | undefined): void => {
      tally.add(cluster, used)
      rates.add((used?.inputTokens ?? 0) + (used?.outputTokens ?? 0))
    }
    const site = deps.siteOf(batch)
    if (site.kind === 'streamed' && site.note !== undefined && batch.note !== site.note) keep({ note: site.note })
    if (site.kind === 'service' && (ending === undefined || batch.site !== undefined)) {
      await restAtService(site, {
        read,
        keep,
        settle,
        results,
        onResult: count,
        lines: () => restOf(done),
        draft: partPath(files, id, 'site'),
        onWait: setWaits,
        ending: cutting.signal,
        signal: leaving.signal,
        pause: (ms) => looks.pause(ms),
      })
      keepAll()
    }
    keepCounts()
    const lines = restOf(done)
    const timer = setInterval(keepCounts, keepEveryMs).unref()
    run = runBatch({
      lines,
      done,
      keep: (result) => results.add(result),
      perform: (line, signal) => deps.perform(batch, operation, line, signal),
      pace: createPace({ most: deps.mostAtOnce, clock, random }),
      room: () => deps.room(batch),
      isPaused: () => read().isPaused,
      onResult: (_result, performed) => count(performed?.cluster, performed?.usage),
      onWait: setWaits,
      clock,
      random,
      after(ms, callback) {
        const waiting = setTimeout(callback, ms)
        return () => clearTimeout(waiting)
      },
    })
    try {
      if (ending !== undefined || isLetGo) run.stop(true)
      await run.ended
    } finally {
      clearInterval(timer)
      // It holds its file open, where it was not read to the end.
      await lines.return()
      waits = undefined
      keepCounts()
    }
  }

  /** @returns whether every request has its result */
  const collect = async (): Promise<boolean> => {
    const results = await openBatchResults({ id, total: read().total, paths: { output: partOf('output'), error: partOf('error') }, onProblem: setWaits })
    try {
      const tally = await openTally(results)
      const keepAll = (): void => keep({ ...results.counts(), ...tally.read(), talliedBytes: results.outputBytes() })
      // A batch at a site is cancelled there, and what it has done is fetched.
      if (ending === undefined || read().site !== undefined) await runRest(results, tally, keepAll)
      else keepAll()
      if (isLetGo) return false
      if (ending !== undefined) await markRest(restOf(results.done), results, ending)
    } finally {
      await results.close()
    }
    const { completed, failed } = results.counts()
    // Named before they are: a restart in between finds the same ones.
    settle({
      ...(ending === undefined && { status: 'finalizing', finalizingAtMs: clock() }),
      completed,
      failed,
      ...(completed > 0 && { outputFileId: newId('file-') }),
      ...(failed > 0 && { errorFileId: newId('file-') }),
    })
    return true
  }

  const adoptResults = async (): Promise<void> => {
    const { name, identity, outputExpiresAfterS, outputFileId, errorFileId } = read()
    const base = name.replace(/\.jsonl$/i, '')
    const expiresAtMs = outputExpiresAfterS === undefined ? undefined : clock() + outputExpiresAfterS * 1000
    for (const [fileId, kind] of [[outputFileId, 'output'], [errorFileId, 'error']] as const) {
      if (fileId === undefined) await files.discard(partOf(kind))
      else await files.adopt(fileId, { identity, purpose: 'batch_output', filename: `${base}.${kind}.jsonl`, expiresAtMs }, partOf(kind))
    }
  }
  const finalize = async (): Promise<void> => {
    await adoptResults()
    const delivered = await deliverResults(read(), files, clock())
    settle({ ...delivered, status: read().status === 'finalizing' ? 'completed' : (ending ?? 'completed'), endedAtMs: clock() })
  }

  const drive = async (): Promise<void> => {
    if (read().status === 'validating' && ending === undefined && !(await validateUnlessEnding())) return
    if (isLetGo) return
    const { status, inProgressAtMs, outputFileId, errorFileId } = read()
    const isCollected = inProgressAtMs === undefined || status === 'finalizing' || outputFileId !== undefined || errorFileId !== undefined
    if (isCollected || (await collect())) await finalize()
  }

  /** What keeps it from its end does not pass: it fails with the results that it has. */
  const giveUp = async ({ message, kind: { action } }: FirstError): Promise<void> => {
    const batch = read()
    const paths = resultPaths(batch, files)
    settle({
      outputFileId: (await hasBytes(paths.output)) ? (batch.outputFileId ?? newId('file-')) : undefined,
      errorFileId: (await hasBytes(paths.error)) ? (batch.errorFileId ?? newId('file-')) : undefined,
    })
    await adoptResults()
    settle({ status: batch.status === 'cancelling' ? 'cancelled' : 'failed', endedAtMs: clock(), errors: [{ line: null, code: 'invalid_request', message, fix: action }] })
  }

  return {
    ended: drive().catch(async (cause: unknown) => {
      if (isLetGo) return
      if (passingFault(cause) !== undefined) throw cause
      const error = toFirstError(cause)
      deps.onBroken(error)
      await giveUp(error)
    }),
    rates,
    inFlight: () => run?.inFlight() ?? 0,
    waits: () => waits,
    validated: () => validated,
    wake: () => run?.wake(),
    relieve: () => run?.relieve(),
    end(how) {
      ending ??= how
      validating.abort()
      cutting.abort()
      looks.wake()
      run?.stop(true)
    },
    async letGo() {
      isLetGo = true
      validating.abort()
      leaving.abort()
      looks.wake()
      run?.stop(true)
      await this.ended.catch(() => undefined)
    },
  }
}

/** Of whichever of them is there. */
async function hasBytes(paths: readonly string[]): Promise<boolean> {
  const file = await openFirst(paths)
  if (file === undefined) return false
  try {
    return (await file.stat()).size > 0
  } finally {
    await file.close()
  }
}
