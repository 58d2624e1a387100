import type { BatchUsage } from '@shared/domain/batch'
import { endpointOperations, findingKinds, type BatchReport } from '@shared/domain/batch-report'
import type { Operation } from '@shared/domain/model'
import { deliverResults } from './deliver-results'
import type { FileStore } from './files/file-store'
import { newId } from './new-id'
import { createRates, type Rates } from './rates'
import { DoneSet } from './run/done-set'
import { readBatchLines } from './run/line-source'
import { createPace } from './run/pace'
import { formatResult, isSuccess, type LineResult } from './run/result-line'
import { openResults, type ResultsFile } from './run/results-file'
import { runBatch, type BatchLine, type BatchRun, type Performed } from './run/run-batch'
import type { Site } from './service/batch-service'
import { runAtSite } from './service/run-at-site'
import { createWakeablePause } from './service/wakeable-pause'
import type { StoredBatch } from './stored-batch'
import { createUsageTally } from './usage-tally'
import type { FileValidator, ValidateFile } from './validate/validate-file'

/** What the way of one batch needs of the rest. */
export interface DriveDeps {
  /** As it is now. */
  readonly read: () => StoredBatch
  /** Keeps what has changed, and tells of it. */
  readonly keep: (changes: Partial<StoredBatch>) => void
  /** Something that is not kept has changed: a reason to wait, how far the validation is. */
  readonly onProgress: () => void
  readonly onReport: (report: BatchReport) => void
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

/** How a batch is brought to its end before all of it is done. */
export type Ending = 'cancelled' | 'expired'

export interface Drive {
  /** Resolves when the batch has come to its end, or was let go; rejects with what kept it from that. */
  readonly ended: Promise<void>
  readonly rates: Rates
  inFlight(): number
  /** Why nothing goes on. */
  waits(): string | undefined
  /** How far the validation is, 0 to 1. */
  validated(): number | undefined
  /** Looks again: it was resumed, or there is more room. */
  wake(): void
  /** Brings it to its end: what has a result keeps it, the rest is marked. */
  end(how: Ending): void
  /** The app quits: it goes on at the next start. */
  letGo(): Promise<void>
}

const endWords: Readonly<Record<Ending, { readonly code: string; readonly message: string }>> = {
  cancelled: { code: 'batch_cancelled', message: 'The batch was cancelled before this request was done.' },
  expired: { code: 'batch_expired', message: 'The time of the batch was over before this request was done.' },
}

/** Milliseconds between two times that counts are kept. */
const keepEveryMs = 1_000
/** Marked lines are written by so many. */
const markedAtOnce = 500
/** Mistakes of a file that are told with the batch; the report has more. */
const mostErrors = 100

interface Results {
  readonly output: ResultsFile
  readonly errors: ResultsFile
  readonly done: DoneSet
}

/** Takes a batch from where it is to its end: validated, run, finalized; at whichever step it was cut before, it goes on there. */
export function driveBatch(deps: DriveDeps): Drive {
  const { read, keep, files, clock, random } = deps
  const { id } = read()
  const rates = createRates(clock)
  const validating = new AbortController()
  const leaving = new AbortController()
  const looks = createWakeablePause()
  let { ending } = deps
  let run: BatchRun | undefined
  let waits: string | undefined
  let validated: number | undefined
  let isLetGo = false

  const partOf = (kind: 'output' | 'error'): string => `${files.pathOf(id)}.${kind}.part`
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
    const path = files.pathOf(batch.inputFileId)
    const report = await deps.validate({
      path,
      options: deps.rules(batch),
      indexPath: `${path}.idx`,
      signal: validating.signal,
      onProgress({ bytes, totalBytes }) {
        validated = totalBytes === 0 ? 0 : bytes / totalBytes
        deps.onProgress()
      },
    })
    validated = undefined
    deps.onReport(report)
    const found = { models: report.models.map(({ model }) => model), total: report.requests }
    if (report.errors > 0) keep({ ...found, status: 'failed', endedAtMs: clock(), errors: report.findings.filter(({ code }) => findingKinds[code].severity === 'error').slice(0, mostErrors) })
    else keep({ ...found, status: 'in_progress', inProgressAtMs: clock() })
    return report.errors === 0
  }

  const validateUnlessEnding = (): Promise<boolean> =>
    validate().catch((cause: unknown) => {
      if (ending === undefined) throw cause
      return true
    })

  const runRest = async ({ output, errors, done }: Results): Promise<void> => {
    const batch = read()
    const operation = endpointOperations[batch.endpoint]
    const tally = createUsageTally(batch)
    const keepAll = (): void => keep({ completed: output.count, failed: errors.count, ...tally.read() })
    const keepCounts = (): void => {
      const { completed, failed } = read()
      if (completed !== output.count || failed !== errors.count) keepAll()
    }
    const count = (cluster: string | undefined, used: BatchUsage | undefined): void => {
      tally.add(cluster, used)
      rates.add((used?.inputTokens ?? 0) + (used?.outputTokens ?? 0))
    }
    const keepResult = (result: LineResult): Promise<void> => (isSuccess(result) ? output : errors).append(formatResult(id, result))
    let broken: { readonly cause: unknown } | undefined
    const site = deps.siteOf(batch)
    if (site.kind === 'streamed' && site.note !== undefined && batch.note !== site.note) keep({ note: site.note })
    if (site.kind === 'service' && (ending === undefined || batch.site !== undefined)) {
      const note = await runAtSite({
        service: site.service,
        cluster: site.cluster,
        endpoint: batch.endpoint,
        known: batch.site?.cluster === site.cluster ? batch.site : undefined,
        newKey: () => id,
        remember: (at) => keep({ site: at }),
        lines: () => restOf(done),
        draft: `${files.pathOf(id)}.site.part`,
        async keep({ result, usage: used }) {
          if (!done.add(result.index)) return
          await keepResult(result).catch((cause: unknown) => {
            broken = { cause }
            throw cause
          })
          count(site.cluster, used)
        },
        onCounts: ({ completed, failed }) => {
          const now = read()
          if (completed + failed > now.completed + now.failed) keep({ completed, failed })
        },
        onWait: setWaits,
        isEnding: () => ending !== undefined,
        signal: leaving.signal,
        pause: (ms) => looks.pause(ms),
      })
      // Not the site's doing, and not to be mended by sending more.
      if (broken !== undefined) throw broken.cause
      if (note !== undefined) keep({ note })
      keepAll()
    }
    keepCounts()
    const lines = restOf(done)
    const timer = setInterval(keepCounts, keepEveryMs).unref()
    run = runBatch({
      lines,
      done,
      keep: keepResult,
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

  /** Gives every request that has no result one that says why. */
  const markRest = async ({ errors, done }: Results, how: Ending): Promise<void> => {
    let waiting: Promise<void>[] = []
    for await (const { index, customId } of restOf(done)) {
      waiting.push(errors.append(formatResult(id, { index, customId, error: endWords[how] })))
      if (waiting.length < markedAtOnce) continue
      await Promise.all(waiting)
      waiting = []
    }
    await Promise.all(waiting)
  }

  /** @returns whether every request has its result */
  const collect = async (): Promise<boolean> => {
    const onProblem = (): void => setWaits(output.problem?.message ?? errors.problem?.message)
    const output = await openResults(partOf('output'), { onProblem })
    const errors = await openResults(partOf('error'), { onProblem })
    const done = new DoneSet(read().total)
    for (const index of [...output.known, ...errors.known]) done.add(index)
    const results = { output, errors, done }
    try {
      // A batch at a site is cancelled there, and what it has done is fetched.
      if (ending === undefined || read().site !== undefined) await runRest(results)
      if (isLetGo) return false
      if (ending !== undefined) await markRest(results, ending)
    } finally {
      await output.close()
      await errors.close()
    }
    // Named before they are: a restart in between finds the same ones.
    keep({
      ...(ending === undefined && { status: 'finalizing', finalizingAtMs: clock() }),
      completed: output.count,
      failed: errors.count,
      ...(output.count > 0 && { outputFileId: newId('file-') }),
      ...(errors.count > 0 && { errorFileId: newId('file-') }),
    })
    return true
  }

  const finalize = async (): Promise<void> => {
    const { name, identity, outputExpiresAfterS, outputFileId, errorFileId } = read()
    const base = name.replace(/\.jsonl$/i, '')
    const expiresAtMs = outputExpiresAfterS === undefined ? undefined : clock() + outputExpiresAfterS * 1000
    for (const [fileId, kind] of [[outputFileId, 'output'], [errorFileId, 'error']] as const) {
      if (fileId === undefined) await files.discard(partOf(kind))
      else await files.adopt(fileId, { identity, purpose: 'batch_output', filename: `${base}.${kind}.jsonl`, expiresAtMs }, partOf(kind))
    }
    const delivered = await deliverResults(read(), files, clock())
    keep({ ...delivered, status: read().status === 'finalizing' ? 'completed' : (ending ?? 'completed'), endedAtMs: clock() })
  }

  const drive = async (): Promise<void> => {
    if (read().status === 'validating' && ending === undefined && !(await validateUnlessEnding())) return
    if (isLetGo) return
    const { status, inProgressAtMs, outputFileId, errorFileId } = read()
    const isCollected = inProgressAtMs === undefined || status === 'finalizing' || outputFileId !== undefined || errorFileId !== undefined
    if (isCollected || (await collect())) await finalize()
  }

  return {
    ended: drive().catch((cause: unknown) => {
      if (isLetGo) return
      throw cause
    }),
    rates,
    inFlight: () => run?.inFlight() ?? 0,
    waits: () => waits,
    validated: () => validated,
    wake: () => run?.wake(),
    end(how) {
      ending ??= how
      validating.abort()
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
