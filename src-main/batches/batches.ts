import { isBatchOver, type Batch } from '@shared/domain/batch'
import type { BatchEndpoint, BatchReport, BatchRules } from '@shared/domain/batch-report'
import type { Identity } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import type { BatchPage, BatchTable } from '../storage/batch-table'
import { createBatchBook } from './batch-book'
import { createDrives, type DrivesDeps } from './drives'
import { newId } from './new-id'
import { partKinds, partPath } from './part-path'
import { createShow } from './shown-batch'
import type { StoredBatch } from './stored-batch'
import type { FileValidator, ValidateFile } from './validate/validate-file'

export interface NewBatch {
  readonly identity: Identity
  readonly inputFileId: string
  readonly endpoint: BatchEndpoint
  /** As people know it; absent: the file's. */
  readonly name?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Milliseconds until it expires. */
  readonly windowMs: number
  readonly outputExpiresAfterS?: number | undefined
  /** For requests that name none; where it is given, all must ask for it. */
  readonly model?: string | undefined
  /** Only this place serves it. */
  readonly place?: Batch['place']
  readonly paths?: Batch['paths']
  /** Of who asks: a second time with the same one gives the batch of the first, which a lost answer has kept from being known. */
  readonly outboxId?: string | undefined
}

export interface FileCheck {
  readonly fileId: string
  /** Of whom the file must be; absent: anybody's. */
  readonly identity?: string | undefined
  /** Absent: as the first request has it. */
  readonly endpoint?: BatchEndpoint | undefined
  readonly model?: string | undefined
}

/** Files of requests, done one by one in the background, over any number of starts of the app. */
export interface Batches {
  /** @throws FirstError `file_not_found`, `quota_exceeded` */
  create(batch: NewBatch): Batch
  /** @throws FirstError `batch_not_found`, also for what is another's */
  get(id: string, identity?: string): Batch
  find(id: string): Batch | undefined
  /** Newest first; undefined where there is no batch `after` among them. */
  page(page: BatchPage): readonly Batch[] | undefined
  /** All of one identity, or of everybody, newest first: read as far as is asked for. */
  each(identity: string | undefined): Iterable<Batch>
  /** Those that are not over, oldest first. */
  open(): readonly Batch[]
  /** The id of one that is not over and has this file as its input. */
  readerOf(fileId: string): string | undefined
  /** What has results keeps them, the rest is marked. @throws FirstError `batch_not_found`, `batch_over` */
  cancel(id: string, identity?: string): Batch
  /** @throws FirstError `batch_not_found`, `batch_over` */
  setPaused(id: string, isPaused: boolean, identity?: string): Batch
  /** Takes one that is over out of the list, with its results. @throws FirstError `batch_not_found`, `invalid_request` while it is not over */
  remove(id: string, identity?: string): Promise<void>
  /**
   * Reads a file against the rules that a batch of it would be held against.
   * @throws FirstError `file_not_found`, `cancelled` by the signal
   */
  check(file: FileCheck, hooks: Pick<ValidateFile, 'signal' | 'onProgress'>): Promise<BatchReport>
  /** What was found in its file, while that is still known. */
  report(id: string, identity?: string): BatchReport | undefined
  onChange(listener: () => void): () => void
  /** Somebody has signed in: what waited for that tries again at once. */
  relieve(): void
  /** Goes on with what was cut by the end of the app. */
  start(): void
  /** Lets go of all; they go on at the next start. */
  close(): Promise<void>
}

export interface BatchesDeps extends Pick<DrivesDeps, 'files' | 'perform' | 'siteOf' | 'roomFor' | 'release' | 'clock' | 'random' | 'logger'> {
  readonly table: BatchTable
  readonly validate: FileValidator
  readonly limits: () => { readonly maxRequests: number; readonly mostAtOnce: number; readonly activePerKey: number; readonly manyModels: boolean }
  readonly bodyLimits: () => Pick<BatchRules, 'bodyLimitBytes' | 'imageBodyLimitBytes'>
  /** Models and aliases that there are; undefined while some cluster cannot be asked, which may have others. */
  readonly knownModels: () => readonly string[] | undefined
  /** Of the models and aliases that there are, those that take no batches, at a place where it names one. */
  readonly modelsWithoutBatches: (place: Batch['place']) => readonly string[]
}

/** Milliseconds between two looks at what has expired and at what has room again. */
const lookEveryMs = 1_000
/** Read together where all are gone through. */
const pageOfAll = 100
const noUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 }

export function createBatches(deps: BatchesDeps): Batches {
  const { files, clock, logger } = deps
  const reports = new Map<string, BatchReport>()
  const listeners = new Set<() => void>()
  let timer: NodeJS.Timeout | undefined

  const changed = (): void => listeners.forEach((listener) => listener())
  const rules = ({ endpoint, model, place }: Pick<FileCheck, 'endpoint' | 'model'> & Pick<Batch, 'place'>): Partial<BatchRules> => {
    const models = deps.knownModels()
    const { manyModels, maxRequests } = deps.limits()
    return {
      ...(endpoint !== undefined && { endpoint }),
      ...(model !== undefined && { model }),
      ...(models !== undefined && { models: [...models] }),
      withoutBatches: [...deps.modelsWithoutBatches(place)],
      allowsManyModels: manyModels,
      maxRequests,
      ...deps.bodyLimits(),
    }
  }
  const book = createBatchBook({ table: deps.table, onChange: changed, logger })
  const drives = createDrives({ ...deps, book, rules, mostAtOnce: () => deps.limits().mostAtOnce, onReport: (id, report) => reports.set(id, report), onChange: changed })
  const shown = createShow((id) => drives.of(id), clock)

  const page = (asked: BatchPage): readonly Batch[] | undefined => book.page(asked)?.map(shown)
  const open = (id: string, identity?: string): StoredBatch => {
    const batch = book.get(id, identity)
    if (isBatchOver(batch.status)) throw new FirstError('batch_over', `The batch "${id}" is over: it is ${batch.status}.`)
    return batch
  }

  return {
    create({ identity, inputFileId, endpoint, name, metadata, windowMs, outputExpiresAfterS, model, place, paths, outboxId }) {
      const known = outboxId === undefined ? undefined : book.ofOutbox(identity.id, outboxId)
      if (known !== undefined) return shown(known)
      const file = files.get(inputFileId, identity.kind === 'owner' ? undefined : identity.id)
      const { activePerKey } = deps.limits()
      const active = book.open().filter((batch) => batch.identity === identity.id).length
      if (activePerKey > 0 && active >= activePerKey) throw new FirstError('quota_exceeded', `"${identity.name}" has ${active} batches under way; this gateway takes ${activePerKey} of one key at once.`)
      const createdAtMs = clock()
      const batch = book.settle({
        id: newId('batch_'),
        identity: identity.id,
        owner: identity.name,
        name: name ?? file.filename,
        endpoint,
        models: [],
        status: 'validating',
        isPaused: false,
        createdAtMs,
        expiresAtMs: createdAtMs + windowMs,
        total: 0,
        completed: 0,
        failed: 0,
        usage: noUsage,
        byCluster: {},
        talliedBytes: 0,
        errors: [],
        inputFileId,
        seq: 0,
        ...((metadata !== undefined || outboxId !== undefined) && { metadata: { ...metadata, ...(outboxId !== undefined && { outbox_id: outboxId }) } }),
        ...(model !== undefined && { model }),
        ...(place !== undefined && { place }),
        ...(paths !== undefined && { paths }),
        ...(outputExpiresAfterS !== undefined && { outputExpiresAfterS }),
      })
      drives.drive(batch.id)
      return shown(batch)
    },
    get: (id, identity) => shown(book.get(id, identity)),
    find(id) {
      const batch = book.find(id)
      return batch === undefined ? undefined : shown(batch)
    },
    page,
    *each(identity) {
      let after: string | undefined
      for (;;) {
        const some = page({ identity, after, limit: pageOfAll }) ?? []
        yield* some
        after = some.at(-1)?.id
        if (some.length < pageOfAll) return
      }
    },
    open: () => book.open().map(shown),
    readerOf: (fileId) => book.open().find(({ inputFileId }) => inputFileId === fileId)?.id,
    cancel(id, identity) {
      const batch = open(id, identity)
      if (batch.status === 'finalizing') throw new FirstError('batch_over', `The batch "${id}" is done; its results are being put together.`)
      const next = batch.status === 'cancelling' ? batch : book.mark({ ...batch, status: 'cancelling', cancellingAtMs: clock() })
      drives.of(id).drive?.end('cancelled')
      return shown(next)
    },
    setPaused(id, isPaused, identity) {
      const batch = open(id, identity)
      const next = batch.isPaused === isPaused ? batch : book.mark({ ...batch, isPaused })
      drives.of(id).drive?.wake()
      return shown(next)
    },
    async remove(id, identity) {
      const { status, outputFileId, errorFileId } = book.get(id, identity)
      if (!isBatchOver(status)) throw new FirstError('invalid_request', `The batch "${id}" is not over yet: cancel it first.`)
      book.remove(id)
      reports.delete(id)
      for (const kind of partKinds) await files.discard(partPath(files, id, kind)).catch((cause: unknown) => logger.warn({ batch: id, cause }, 'what is left of a batch could not be removed'))
      for (const fileId of [outputFileId, errorFileId]) {
        if (fileId !== undefined) await files.remove(fileId).catch((cause: unknown) => logger.warn({ batch: id, file: fileId, cause }, 'a file of results could not be removed'))
      }
    },
    async check({ fileId, identity, ...asked }, hooks) {
      const file = files.get(fileId, identity)
      return deps.validate({ path: files.pathOf(file.id), options: rules(asked), ...hooks })
    },
    report(id, identity) {
      book.get(id, identity)
      return reports.get(id)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    relieve: () => drives.relieve(),
    start() {
      for (const { id } of book.open()) drives.drive(id)
      timer = setInterval(() => {
        book.saveRest()
        drives.look()
      }, lookEveryMs).unref()
    },
    async close() {
      clearInterval(timer)
      await drives.close()
    },
  }
}
