import { randomUUID } from 'node:crypto'
import type { Config } from '@shared/config/schema'
import type { ModelInfo } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { createBatches, type Batches } from '../batches/batches'
import { createFileStore, type FileStore } from '../batches/files/file-store'
import { Refused, type Performed } from '../batches/run/run-batch'
import { roomOfBatch } from '../batches/room'
import type { StoredBatch } from '../batches/stored-batch'
import { usageOfAnswer } from '../batches/usage-of-answer'
import { createFileValidator } from '../batches/validate/validate-file'
import { takesBatches } from '../federation/batch-place'
import type { Choice } from '../federation/choice'
import type { Directory } from '../federation/directory'
import { bodyLimitsOf } from '../gateway/body-limits'
import { Cancellation } from '../gateway/cancellation'
import type { GatewayServer } from '../gateway/server'
import type { Keyring } from '../identity/keyring'
import { createBatchTable } from '../storage/batch-table'
import type { Database } from '../storage/database'
import { createFileTable } from '../storage/file-table'
import { createBatchServices } from './batch-services'
import type { Clock } from './clock'
import type { Logger } from './logger'
import type { RunningStaging } from './staging'

export interface BatchParts {
  readonly files: FileStore
  readonly batches: Batches
  close(): Promise<void>
}

interface BatchesDeps {
  readonly database: Database
  readonly folder: string
  /** The built module `batch-validate-worker.js`. */
  readonly worker: string | undefined
  readonly config: () => Config
  readonly keys: Pick<Keyring, 'identity'>
  readonly directory: Directory
  readonly choice: Choice
  /** Requests of people and programs that wait for a place now, by the model they ask for. */
  readonly waiting: () => ReadonlyMap<string, number>
  /** A batch has no use any more for what the scheduler keeps for it. */
  readonly release: (batch: string) => void
  readonly perform: GatewayServer['perform']
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  /** Batches of FIRST sites to which files can be copied; absent: they are sent line by line. */
  readonly stagedBatches?: RunningStaging['stagedBatches']
  readonly clock: Clock
  readonly logger: Logger
}

const dayMs = 24 * 60 * 60 * 1000
const sweepEveryMs = 10 * 60 * 1000

/** Files and batches, going on with what an earlier run of the app has left. */
export function startBatches({ database, folder, worker, config, keys, directory, choice, waiting, release, perform, secret, stagedBatches, clock, logger }: BatchesDeps): BatchParts {
  const files = createFileStore({
    folder,
    table: createFileTable(database),
    limits: () => {
      const { maxFileMb, quotaGb, keptDays } = config().batches
      return { maxFileBytes: maxFileMb * 1_000_000, quotaBytes: quotaGb * 1_000_000_000, keptMs: keptDays * dayMs }
    },
    clock,
    logger,
  })
  const now = (): number => clock.now()

  const ask = async (batch: StoredBatch, operation: Parameters<typeof perform>[0]['operation'], fields: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Performed> => {
    const identity = keys.identity(batch.identity)
    if (identity === undefined) throw new FirstError('unauthorized', `"${batch.owner}", whose batch this is, may not use this gateway any more: the key is not good, or it is time to sign in again. It goes on when they come in again.`)
    const id = `req-${randomUUID()}`
    const cancellation = new Cancellation()
    const cancel = (): void => cancellation.cancel(new FirstError('cancelled', 'The batch was stopped.'))
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const { status, bytes, outcome } = await perform({ id, route: '/v1/batches', params: { ...batch.place }, batch: batch.id, cancellation, identity, operation, fields })
      if (status !== 200) throw new Refused(status, id, bytes)
      return { body: bytes, requestId: id, usage: usageOfAnswer(bytes, outcome.usage), ...(outcome.cluster !== undefined && { cluster: outcome.cluster }) }
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

  const placesOf = (name: string, at?: StoredBatch['place']): readonly ModelInfo[] => {
    try {
      return directory.candidates(name, at?.cluster, at?.framework).filter(takesBatches).map(({ info }) => info)
    } catch {
      // The run waits until there is a place, and says why.
      return []
    }
  }

  const batches = createBatches({
    table: createBatchTable(database),
    files,
    validate: createFileValidator({ worker }),
    limits: () => ({ maxRequests: config().batches.maxRequests, mostAtOnce: config().batches.maxConcurrency, activePerKey: config().limits.activeBatchesPerKey, manyModels: config().batches.manyModels }),
    bodyLimits() {
      const { anyBytes, imagesBytes } = bodyLimitsOf(config().gateway)
      return { bodyLimitBytes: anyBytes, imageBodyLimitBytes: imagesBytes }
    },
    knownModels: () => (directory.snapshots().every(({ isReachable }) => isReachable) ? directory.models().flatMap(([first]) => (first === undefined ? [] : [first.alias ?? first.info.id])) : undefined),
    modelsWithoutBatches: (place) =>
      directory.models().flatMap((places) => {
        const asked = places.filter(({ cluster, framework }) => place === undefined || (cluster === place.cluster && framework === (place.framework ?? framework)))
        const [first] = asked
        return first === undefined || asked.some(takesBatches) ? [] : [first.alias ?? first.info.id]
      }),
    roomFor: (batch, sending) => roomOfBatch(batch, { clusters: directory.snapshots(), placesOf, atPlaces: choice.state(), waiting: waiting(), sending }),
    release(batch) {
      choice.forgetBatch(batch)
      release(batch)
    },
    siteOf: createBatchServices({ config, keys, directory, secret, ...(stagedBatches !== undefined && { stagedBatches }) }),
    perform: (batch, operation, { fields }, signal) => ask(batch, operation, fields, signal),
    clock: now,
    random: Math.random,
    logger,
  })
  batches.start()
  const sweep = (): void => void files.sweep((id) => batches.readerOf(id) !== undefined).catch((cause: unknown) => logger.warn({ cause }, 'files whose time is over could not be removed'))
  sweep()
  const timer = setInterval(sweep, sweepEveryMs).unref()
  return {
    files,
    batches,
    async close() {
      clearInterval(timer)
      await batches.close()
    },
  }
}
