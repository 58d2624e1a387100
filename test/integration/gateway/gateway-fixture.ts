import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { Agent } from 'undici'
import type { GlobusAccess } from '@shared/config/globus-access'
import { configSchema, type Config } from '@shared/config/schema'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Identity } from '@shared/domain/identity'
import type { Refusal } from '@shared/domain/refusal'
import { createRegistry } from '@main/clusters/registry'
import { startBatches } from '@main/core/batches'
import { systemClock, type Clock } from '@main/core/clock'
import type { Logger } from '@main/core/logger'
import type { Engine } from '@main/engines/engine'
import { createChoice, type DeploymentState } from '@main/federation/choice'
import { createDirectory, type Directory } from '@main/federation/directory'
import type { SnapshotStore } from '@main/federation/snapshot-store'
import { createWaitingRoom } from '@main/federation/waiting-room'
import { createGatewayServer, type GatewayServerDeps } from '@main/gateway/server'
import type { GlobusEntrance } from '@main/identity/introspection/globus-entrance'
import type { RequestOutcome } from '@main/records/recorder'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createRefusedFields } from '@main/storage/refused-fields'
import { createResponseTable } from '@main/storage/response-table'
import { hostsIn, noControl, noReplicas } from '../../fixtures/no-replicas'

export const ownerKey = 'fd-owner'
export const windowOrigin = 'app://first-desktop'

export const quietLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => quietLogger }

export function memorySnapshots(initial: readonly ClusterSnapshot[] = []): SnapshotStore & { readonly kept: Map<string, ClusterSnapshot> } {
  const kept = new Map(initial.map((snapshot) => [snapshot.name, snapshot]))
  return { kept, load: () => [...kept.values()], save: (snapshot) => void kept.set(snapshot.name, snapshot), remove: (name) => void kept.delete(name) }
}

export interface GatewayUnderTest {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  readonly directory: Directory
  /** What was recorded, as it was recorded. */
  readonly outcomes: readonly RequestOutcome[]
  /** Of requests that have not ended, as they are now. */
  outcomesUnderWay(): readonly RequestOutcome[]
  /** Resolves with the n-th outcome. */
  recorded(count: number): Promise<RequestOutcome>
  client(options?: { readonly apiKey?: string; readonly path?: string }): OpenAI
  post(path: string, body: string | object, headers?: Readonly<Record<string, string>>): Promise<Response>
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** Brings other clusters into force, as a change of config.yaml does. */
  setClusters(clusters: readonly object[]): void
  /** Brings other settings into force. */
  setConfig(config: object): void
  /** What is known of deployments from their requests. */
  deployments(): readonly DeploymentState[]
  /** Who was refused, the newest first. */
  refused(): readonly Refusal[]
  /** Where files of callers lie. */
  readonly filesDir: string
  close(): Promise<void>
}

export interface GatewayFixtureOptions {
  readonly clusters?: readonly object[]
  readonly gateway?: object
  /** Other parts of config.yaml. */
  readonly config?: object
  /** Who else comes in, by key; the owner always does, by `ownerKey`. */
  readonly identities?: Readonly<Record<string, Identity>>
  /** Who comes in by tokens; made with what the gateway has. */
  readonly tokens?: (deps: { readonly rules: () => GlobusAccess | undefined; readonly database: Database; readonly logger: Logger }) => GlobusEntrance
  readonly secrets?: Readonly<Record<string, string>>
  readonly timeouts?: GatewayServerDeps['timeouts']
  /** False: the gateway listens before its clusters have answered. */
  readonly waitsForClusters?: boolean
  readonly clientTimeouts?: GatewayServerDeps['clientTimeouts']
  readonly replicas?: GatewayServerDeps['replicas']
  /** Of requests, in Unix milliseconds; absent: the system's. */
  readonly now?: () => number
  /** Of files and batches; absent: the system's. */
  readonly clock?: Clock
  /** Absent: one of its own. */
  readonly filesDir?: string
  readonly engines?: { readonly guide?: Engine<object>; readonly llama?: Engine<object> }
}

const noEngine: Engine<object> = { start: () => Promise.reject(new Error('this test has no engine')) }

/** The gateway with its real federation and adapters, listening on loopback, over the clusters of a configuration. */
export async function startGateway(options: GatewayFixtureOptions = {}): Promise<GatewayUnderTest> {
  let config: Config = configSchema.parse({ clusters: options.clusters ?? [], gateway: options.gateway ?? {}, ...options.config })
  const dir = await mkdtemp(join(tmpdir(), 'first-gateway-'))
  const now = options.now ?? ((): number => performance.timeOrigin + performance.now())
  const database = await openMigratedDatabase({ path: join(dir, 'first.db'), backupsDir: dir, clock: { now }, logger: quietLogger })
  const agent = new Agent()
  const outcomes: RequestOutcome[] = []
  const underWay = new Set<RequestOutcome>()
  const waiting: { readonly count: number; readonly resolve: (outcome: RequestOutcome) => void }[] = []
  const registry = createRegistry({
    agent,
    engines: { guide: options.engines?.guide ?? noEngine, llama: options.engines?.llama ?? noEngine },
    secret: (reference) => options.secrets?.[reference] ?? '',
    refusedFields: createRefusedFields(database, { clock: { now }, logger: quietLogger }),
    pool: noReplicas,
    hosts: hostsIn(dir),
    logger: quietLogger,
  })
  const directory = createDirectory({ adapters: registry.build(config).adapters, aliases: config.federation.aliases, store: memorySnapshots(), logger: quietLogger })
  if (options.waitsForClusters !== false) await directory.refresh()
  const owner: Identity = { kind: 'owner', id: 'owner', name: 'Owner' }
  const choice = createChoice({ clock: now })
  const filesDir = options.filesDir ?? join(dir, 'files')
  await mkdir(filesDir, { recursive: true })
  const tokens = options.tokens?.({ rules: () => config.access.globus, database, logger: quietLogger })
  const { app: server, perform, refusals } = createGatewayServer({
    ...(tokens !== undefined && { tokens }),
    version: '1.2.3',
    config: () => config,
    keys: { verify: (secret) => (secret === ownerKey ? owner : options.identities?.[secret]) },
    directory,
    replicas: options.replicas ?? noControl,
    choice,
    work: () => work,
    waitingRoom: createWaitingRoom({ directory, settings: () => config.federation, clock: now }),
    responses: createResponseTable(database, { clock: { now }, logger: quietLogger }),
    metrics: { text: () => Promise.resolve('# metrics\n') },
    recorder: {
      began: (outcome) => void underWay.add(outcome),
      add: (outcome) => {
        underWay.delete(outcome)
        outcomes.push(outcome)
        for (const waiter of waiting.filter(({ count }) => count === outcomes.length)) waiter.resolve(outcome)
      },
      close: () => Promise.resolve(),
    },
    logger: quietLogger,
    windowOrigins: [windowOrigin],
    clock: now,
    ...(options.timeouts !== undefined && { timeouts: options.timeouts }),
    ...(options.clientTimeouts !== undefined && { clientTimeouts: options.clientTimeouts }),
  })
  const known = [owner, ...Object.values(options.identities ?? {})]
  const work = startBatches({ database, folder: filesDir, worker: undefined, config: () => config, keys: { identity: (id) => known.find((identity) => identity.id === id) ?? tokens?.identity(id) }, directory, choice, waiting: () => new Map(), release: () => undefined, perform, secret: (reference) => options.secrets?.[reference] ?? '', clock: options.clock ?? systemClock, logger: quietLogger })
  const origin = await server.listen({ host: '127.0.0.1', port: 0 })
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await server.close()
    await work.close()
    await tokens?.close()
    await directory.close()
    await agent.close()
    database.close()
    await rm(dir, { recursive: true, force: true })
  }
  const auth = { authorization: `Bearer ${ownerKey}` }
  return {
    origin,
    filesDir,
    directory,
    outcomes,
    deployments: () => choice.state(),
    refused: () => refusals.list(),
    outcomesUnderWay: () => [...underWay],
    recorded: (count) => {
      const already = outcomes[count - 1]
      return already !== undefined ? Promise.resolve(already) : new Promise((resolve) => waiting.push({ count, resolve }))
    },
    client: ({ apiKey = ownerKey, path = '/v1' } = {}) => new OpenAI({ apiKey, baseURL: `${origin}${path}`, maxRetries: 0 }),
    post: (path, body, headers) =>
      fetch(`${origin}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json', ...auth, ...headers } }),
    get: (path, headers) => fetch(`${origin}${path}`, { headers: { ...auth, ...headers } }),
    setConfig: (next) => void (config = configSchema.parse(next)),
    setClusters: (clusters) => directory.setAdapters(registry.build(configSchema.parse({ clusters })).adapters),
    close: () => (closed ??= close()),
  }
}
