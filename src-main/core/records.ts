import type { Config } from '@shared/config/schema'
import { autoAlias } from '../federation/aliases'
import type { Directory } from '../federation/directory'
import type { Keyring } from '../identity/keyring'
import { createLocalStore } from '../records/local-store'
import { createMetrics, type Metrics, type MetricsDeps } from '../records/metrics'
import { createRequestRecorder, type RequestRecorder } from '../records/request-recorder'
import { createRequestRecords, type RequestRecords } from '../records/request-records'
import { createWorkerStore } from '../records/worker-store'
import type { Database } from '../storage/database'
import type { Clock } from './clock'
import type { Logger } from './logger'

interface RecordsDeps {
  readonly database: Database
  readonly databasePath: string
  /** The built module `records-worker.js`; absent: records are written by this thread. */
  readonly worker: string | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly config: () => Config
  readonly keys: Pick<Keyring, 'list'>
  /** Usernames by id, of who came in by Globus. */
  readonly people: () => ReadonlyMap<string, string>
  readonly directory: () => Pick<Directory, 'snapshots'>
  readonly waiting: () => ReadonlyMap<string, number>
  readonly breakers?: MetricsDeps['breakers']
}

export interface Records {
  readonly recorder: RequestRecorder
  readonly records: RequestRecords
  readonly metrics: Metrics
}

/** What is kept of requests, what is counted of them, and the questions about both. */
export function startRecords({ database, databasePath, worker, clock, logger, config, keys, people, directory, waiting, breakers }: RecordsDeps): Records {
  const store = worker === undefined ? createLocalStore({ database }) : createWorkerStore({ module: worker, path: databasePath })
  const isAlias = (model: string): boolean => model === autoAlias || Object.hasOwn(config().federation.aliases, model)
  const knowsModel = (model: string): boolean => isAlias(model) || directory().snapshots().some(({ models }) => models.some(({ id }) => id === model))
  const recorder = createRequestRecorder({ store, clock, logger, knowsModel, keptDays: () => config().records.keptDays, observe: (outcomes) => metrics.observe(outcomes) })
  const metrics = createMetrics({ running: () => recorder.running(), rowsDropped: () => recorder.rowsDropped(), knowsModel, waiting, ...(breakers !== undefined && { breakers }) })
  const records = createRequestRecords({
    recorder,
    store,
    clock,
    identityNames: () => new Map([...people(), ...keys.list().map(({ id, name }) => [id, name] as const)]),
    waiting: () => [...waiting().values()].reduce((sum, count) => sum + count, 0),
  })
  return { recorder, records, metrics }
}
