import { batch as batchSchema, isBatchOver, type Batch } from '@shared/domain/batch'
import type { BatchEndpoint, BatchReport, BatchRules } from '@shared/domain/batch-report'
import type { Identity } from '@shared/domain/identity'
import { FirstError, toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { BatchTable } from '../storage/batch-table'
import { driveBatch, type Drive, type DriveDeps, type Ending } from './drive-batch'
import type { FileStore } from './files/file-store'
import { newId } from './new-id'
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

/** Under which `outboxId` stands in the metadata of a batch. */
const outboxField = 'outbox_id'

/** Files of requests, done one by one in the background, over any number of starts of the app. */
export interface Batches {
  /** @throws FirstError `file_not_found`, `quota_exceeded` */
  create(batch: NewBatch): Batch
  /** @throws FirstError `batch_not_found`, also for what is another's */
  get(id: string, identity?: string): Batch
  /** Of one identity, or of everybody; newest first. */
  list(identity: string | undefined): readonly Batch[]
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
  /** Those that changed after a `seq`; those that were removed are told apart by being gone from `list`. */
  since(seq: number): readonly Batch[]
  onChange(listener: () => void): () => void
  /** Goes on with what was cut by the end of the app. */
  start(): void
  /** Lets go of all; they go on at the next start. */
  close(): Promise<void>
}

export interface BatchesDeps extends Pick<DriveDeps, 'perform' | 'siteOf' | 'clock' | 'random'> {
  readonly table: BatchTable
  readonly files: FileStore
  readonly validate: FileValidator
  readonly limits: () => { readonly maxRequests: number; readonly mostAtOnce: number; readonly activePerKey: number; readonly manyModels: boolean }
  readonly bodyLimits: () => Pick<BatchRules, 'bodyLimitBytes' | 'imageBodyLimitBytes'>
  /** Models and aliases that there are; undefined while some cluster cannot be asked, which may have others. */
  readonly knownModels: () => readonly string[] | undefined
  /** Requests that the places of its models take at once, less those that are not of a batch. @param ofBatches requests of batches that are there now */
  readonly roomFor: (batch: Pick<StoredBatch, 'models' | 'place'>, ofBatches: number) => number
  readonly logger: Logger
}

/** Without what only a restart needs. */
const asSeen = batchSchema.strip()
/** Milliseconds between two looks at what has expired and at what has room again. */
const lookEveryMs = 1_000
/** Before a batch that found no room on the disk is tried again. */
const diskRetryMs = 5_000
const noUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 }

export function createBatches(deps: BatchesDeps): Batches {
  const { table, files, clock, logger } = deps
  const stored = new Map<string, StoredBatch>()
  const drives = new Map<string, Drive>()
  const reports = new Map<string, BatchReport>()
  const unsaved = new Set<string>()
  /** Why a batch that is not driven waits. */
  const held = new Map<string, string>()
  const listeners = new Set<() => void>()
  let seq = table.lastSeq()
  let isClosing = false
  let timer: NodeJS.Timeout | undefined

  const changed = (): void => listeners.forEach((listener) => listener())
  const readStored = (id: string, identity?: string): StoredBatch => {
    const batch = stored.get(id) ?? table.get(id)
    if (batch === undefined || (identity !== undefined && batch.identity !== identity)) throw new FirstError('batch_not_found', `There is no batch "${id}".`)
    return batch
  }
  /** A full disk keeps no batch from going on: what could not be kept is kept later. */
  const save = (batch: StoredBatch): StoredBatch => {
    const next = { ...batch, seq: ++seq }
    stored.set(next.id, next)
    try {
      table.save(next)
      unsaved.delete(next.id)
      if (isBatchOver(next.status)) stored.delete(next.id)
    } catch (cause) {
      unsaved.add(next.id)
      logger.warn({ batch: next.id, cause }, 'how a batch stands could not be kept; it is tried again')
    }
    changed()
    return next
  }
  /** The table's copy, with what is known of its run. */
  const shown = (batch: StoredBatch): Batch => {
    const rest = asSeen.parse(batch)
    const drive = drives.get(batch.id)
    const reason = held.get(batch.id)
    if (drive === undefined) return reason === undefined ? rest : { ...rest, waits: reason }
    const { requestsPerS, tokensPerS } = drive.rates.read()
    const left = batch.total - batch.completed - batch.failed
    const [waits, validated] = [drive.waits(), drive.validated()]
    return {
      ...rest,
      ...(validated !== undefined && { validated }),
      ...(waits !== undefined && { waits }),
      inFlight: drive.inFlight(),
      requestsPerS,
      tokensPerS,
      ...(requestsPerS > 0 && left > 0 && { expectedEndMs: Math.round(clock() + (left / requestsPerS) * 1000) }),
    }
  }

  const rules = ({ endpoint, model }: Pick<FileCheck, 'endpoint' | 'model'>): Partial<BatchRules> => {
    const models = deps.knownModels()
    const { manyModels, maxRequests } = deps.limits()
    return {
      ...(endpoint !== undefined && { endpoint }),
      ...(model !== undefined && { model }),
      ...(models !== undefined && { models: [...models] }),
      allowsManyModels: manyModels,
      maxRequests,
      ...deps.bodyLimits(),
    }
  }

  /** An equal part of what the places take goes to each batch of a model that runs. */
  const room = (batch: StoredBatch): number => {
    const rivals = [...drives].filter(([id]) => stored.get(id)?.models.some((model) => batch.models.includes(model)) === true)
    const ofBatches = rivals.reduce((sum, [, drive]) => sum + drive.inFlight(), 0)
    return Math.floor(deps.roomFor(batch, ofBatches) / Math.max(1, rivals.length))
  }

  /** What it was being brought to, or has to be by now. */
  const endingOf = ({ status, expiresAtMs }: StoredBatch): Ending | undefined =>
    status === 'cancelling' ? 'cancelled' : expiresAtMs <= clock() && status !== 'finalizing' ? 'expired' : undefined

  const drive = (id: string): void => {
    if (isClosing || drives.has(id)) return
    const one = driveBatch({
      read: () => readStored(id),
      keep: (changes) => void save({ ...readStored(id), ...changes }),
      onProgress: changed,
      onReport: (report) => reports.set(id, report),
      files,
      validate: deps.validate,
      rules,
      perform: deps.perform,
      siteOf: deps.siteOf,
      room,
      mostAtOnce: deps.limits().mostAtOnce,
      ending: endingOf(readStored(id)),
      clock,
      random: deps.random,
    })
    drives.set(id, one)
    one.ended
      .catch((cause: unknown) => {
        const error = toFirstError(cause)
        if (error.code === 'disk_full') {
          logger.warn({ batch: id, cause: error.message }, 'a batch waits for room on the disk')
          held.set(id, error.message)
          setTimeout(() => {
            held.delete(id)
            if (!isBatchOver(readStored(id).status)) drive(id)
          }, diskRetryMs).unref()
          return
        }
        logger.error({ batch: id, cause: error.cause ?? error.message }, 'a batch could not go on')
        const batch = readStored(id)
        if (!isBatchOver(batch.status)) save({ ...batch, status: 'failed', endedAtMs: clock(), errors: [{ line: null, code: 'invalid_request', message: error.message, fix: error.kind.action }] })
      })
      .finally(() => {
        drives.delete(id)
        changed()
      })
  }
  const open = (id: string, identity?: string): StoredBatch => {
    const batch = readStored(id, identity)
    if (isBatchOver(batch.status)) throw new FirstError('batch_over', `The batch "${id}" is over: it is ${batch.status}.`)
    return batch
  }
  const look = (): void => {
    for (const id of unsaved) save(readStored(id))
    for (const [id, one] of drives) {
      const { expiresAtMs, status } = readStored(id)
      if (expiresAtMs <= clock() && status !== 'finalizing') one.end('expired')
      else one.wake()
    }
  }

  return {
    create({ identity, inputFileId, endpoint, name, metadata, windowMs, outputExpiresAfterS, model, place, paths, outboxId }) {
      const known = outboxId === undefined ? undefined : table.list(identity.id).find((batch) => batch.metadata?.[outboxField] === outboxId)
      if (known !== undefined) return shown(stored.get(known.id) ?? known)
      const file = files.get(inputFileId, identity.kind === 'owner' ? undefined : identity.id)
      const { activePerKey } = deps.limits()
      const active = [...stored.values()].filter((batch) => batch.identity === identity.id).length
      if (activePerKey > 0 && active >= activePerKey) throw new FirstError('quota_exceeded', `"${identity.name}" has ${active} batches under way; this gateway takes ${activePerKey} of one key at once.`)
      const createdAtMs = clock()
      const first: StoredBatch = {
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
        errors: [],
        inputFileId,
        seq: 0,
        ...((metadata !== undefined || outboxId !== undefined) && { metadata: { ...metadata, ...(outboxId !== undefined && { [outboxField]: outboxId }) } }),
        ...(model !== undefined && { model }),
        ...(place !== undefined && { place }),
        ...(paths !== undefined && { paths }),
        ...(outputExpiresAfterS !== undefined && { outputExpiresAfterS }),
      }
      // One that could not be kept is none.
      table.save(first)
      const batch = save(first)
      drive(batch.id)
      return shown(batch)
    },
    get: (id, identity) => shown(readStored(id, identity)),
    list: (identity) => table.list(identity).map(({ id, ...rest }) => shown(stored.get(id) ?? { id, ...rest })),
    cancel(id, identity) {
      const batch = open(id, identity)
      if (batch.status === 'finalizing') throw new FirstError('batch_over', `The batch "${id}" is done; its results are being put together.`)
      const next = batch.status === 'cancelling' ? batch : save({ ...batch, status: 'cancelling', cancellingAtMs: clock() })
      drives.get(id)?.end('cancelled')
      return shown(next)
    },
    setPaused(id, isPaused, identity) {
      const batch = open(id, identity)
      const next = batch.isPaused === isPaused ? batch : save({ ...batch, isPaused })
      drives.get(id)?.wake()
      return shown(next)
    },
    async remove(id, identity) {
      const { status, outputFileId, errorFileId } = readStored(id, identity)
      if (!isBatchOver(status)) throw new FirstError('invalid_request', `The batch "${id}" is not over yet: cancel it first.`)
      table.remove(id)
      reports.delete(id)
      for (const fileId of [outputFileId, errorFileId]) {
        if (fileId !== undefined) await files.remove(fileId).catch((cause: unknown) => logger.warn({ batch: id, file: fileId, cause }, 'a file of results could not be removed'))
      }
      changed()
    },
    async check({ fileId, identity, ...asked }, hooks) {
      const file = files.get(fileId, identity)
      return deps.validate({ path: files.pathOf(file.id), options: rules(asked), ...hooks })
    },
    report(id, identity) {
      readStored(id, identity)
      return reports.get(id)
    },
    since: (from) => table.list(undefined).filter((batch) => batch.seq > from).map((batch) => shown(stored.get(batch.id) ?? batch)),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      for (const batch of table.open()) {
        stored.set(batch.id, batch)
        drive(batch.id)
      }
      timer = setInterval(look, lookEveryMs).unref()
    },
    async close() {
      isClosing = true
      clearInterval(timer)
      await Promise.all(Array.from(drives.values(), (one) => one.letGo()))
    },
  }
}
