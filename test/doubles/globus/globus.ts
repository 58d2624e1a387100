import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signInDirectly, type DirectSignIn } from './auth/direct'
import { authRoutes } from './auth/routes'
import { createAuthState, type AuthState } from './auth/state'
import type { TokenAnswer } from './auth/token-answer'
import { createClock, type Clock } from './clock'
import { startBroker } from './compute/broker/broker'
import type { ComputeEndpoint } from './compute/endpoints'
import { createPython } from './compute/python'
import { computeRoutes } from './compute/routes'
import { createComputeState, type ComputeState } from './compute/state'
import { flowsRoutes, scopeOfFlow, type Flow, type FlowRun } from './flows/routes'
import { groupsRoutes } from './groups/routes'
import type { Route } from './http/call'
import { createCallLog, type Calls, type ServiceName } from './http/calls'
import { createFaultPlan, type Faults } from './http/faults'
import { routeName, startService, type Service } from './http/service'
import { hostCollection, scopesOfCollection, type Collection } from './transfer/collections'
import { transferEndpointRoutes } from './transfer/endpoint-routes'
import { httpsRoutes } from './transfer/https-routes'
import { stagingFor, type Staging } from './transfer/staging'
import type { TransferState } from './transfer/state'
import { transferTaskRoutes } from './transfer/task-routes'
import { createTransferTasks } from './transfer/tasks'
import { usualWorld } from './usual-world'
import type { World } from './world'

export interface GlobusOptions {
  /** What differs from the usual world. */
  readonly world?: Partial<World>
  readonly endpoints?: readonly ComputeEndpoint[]
  readonly collections?: readonly Collection[]
  readonly flows?: readonly Flow[]
  /** Where the clock begins and what drives it; default the real time. */
  readonly nowMs?: () => number
  /** Seconds that a function may run, of real time; default 60. */
  readonly functionTimeLimitS?: number
  /** Whether results are sent to queues, by a broker of AMQP; default: they are not, as where a firewall lets none through. */
  readonly hasResultQueues?: boolean
  /** Absent: free ones. */
  readonly ports?: Partial<Record<ServiceOfItsOwn, number>>
}

export type ServiceOfItsOwn = Exclude<ServiceName, 'https'>

export interface Globus {
  /** Origins, without a slash at the end; of each collection's HTTPS server by its id. */
  readonly url: Readonly<Record<ServiceOfItsOwn, string>> & { readonly collections: Readonly<Record<string, string>> }
  /** What points Globus' own SDKs here. */
  readonly env: Readonly<Record<`GLOBUS_SDK_SERVICE_URL_${Uppercase<ServiceOfItsOwn>}`, string>>
  readonly clock: Clock
  readonly faults: Faults
  readonly calls: Calls
  /** People, clients, policies, groups and tokens; `setWorld` changes the first four. */
  readonly auth: AuthState
  readonly compute: ComputeState
  readonly transfer: TransferState
  readonly flowRuns: ReadonlyMap<string, FlowRun>
  /** Signs somebody in without a browser. */
  signIn(as: DirectSignIn): TokenAnswer
  /** A folder with an access rule, as a site's `data/staging` gives. */
  stage(collection: string, identity: string): Promise<Staging>
  /** Of a collection, on this machine. */
  folderOf(collection: string): string
  close(): Promise<void>
}

/** All of Globus on loopback, as wire/globus.md has it; every service is a server of its own. */
export async function startGlobus(options: GlobusOptions = {}): Promise<Globus> {
  const clock = createClock(options.nowMs)
  const scratch = await mkdtemp(join(tmpdir(), 'fd-globus-'))
  const workers = join(scratch, 'workers')
  await mkdir(workers)
  const python = createPython({ scratch: workers, timeLimitS: options.functionTimeLimitS ?? 60 })
  const broker = options.hasResultQueues === true ? await startBroker() : undefined
  const collections = await Promise.all((options.collections ?? []).map((collection) => hostCollection(collection, scratch)))
  const flows = options.flows ?? []
  let beginClosing = (): void => undefined
  const closing = new Promise<void>((resolve) => (beginClosing = resolve))
  const flowRuns = new Map<string, FlowRun>()

  const services = new Map<string, Service>()
  const urlOf = (name: string): string => services.get(name)?.url ?? ''
  const auth = createAuthState({ clock, world: { ...usualWorld, ...options.world }, moreScopes: () => [...collections.flatMap(scopesOfCollection), ...flows.map(scopeOfFlow)], ownUrl: () => urlOf('auth') })
  const compute = createComputeState({ auth, clock, endpoints: options.endpoints ?? [], python, broker, closing })
  const transfer: TransferState = { auth, clock, collections: new Map(collections.map((collection) => [collection.id, collection])), tasks: createTransferTasks(clock, closing), submissions: new Map() }

  const routes: Readonly<Record<ServiceOfItsOwn, readonly Route[]>> = {
    auth: authRoutes(auth),
    groups: groupsRoutes(auth),
    compute: computeRoutes(compute),
    transfer: [...transferTaskRoutes(transfer), ...transferEndpointRoutes(transfer)],
    flows: flowsRoutes({ auth, clock, flows, runs: flowRuns }),
  }
  const known = new Set([...Object.entries(routes).flatMap(([service, list]) => list.map((route) => `${service} ${routeName(route)}`)), ...['GET', 'HEAD', 'PUT', 'DELETE'].map((method) => `https ${method} /*`)])
  const checkRoute = (service: ServiceName, route: string): void => {
    if (!known.has(`${service} ${route}`)) throw new Error(`there is no route ${service} ${route}; there are: ${[...known].join(', ')}`)
  }
  const calls = createCallLog(checkRoute)
  const faults = createFaultPlan(checkRoute)

  const start = async (key: string, name: ServiceName, list: readonly Route[], port?: number): Promise<void> => {
    services.set(key, await startService({ name, routes: list, clock, calls, faults, ...(port !== undefined && { port }) }))
  }
  await Promise.all([
    ...serviceNames.map((name) => start(name, name, routes[name], options.ports?.[name])),
    ...collections.filter(({ hasHttps }) => hasHttps !== false).map((collection) => start(collection.id, 'https', httpsRoutes(collection, auth))),
  ])
  for (const collection of collections) collection.httpsUrl = services.get(collection.id)?.url

  return {
    url: { auth: urlOf('auth'), groups: urlOf('groups'), compute: urlOf('compute'), transfer: urlOf('transfer'), flows: urlOf('flows'), collections: Object.fromEntries(collections.flatMap(({ id, httpsUrl }) => (httpsUrl === undefined ? [] : [[id, httpsUrl]]))) },
    env: {
      GLOBUS_SDK_SERVICE_URL_AUTH: urlOf('auth'),
      GLOBUS_SDK_SERVICE_URL_GROUPS: urlOf('groups'),
      GLOBUS_SDK_SERVICE_URL_COMPUTE: urlOf('compute'),
      GLOBUS_SDK_SERVICE_URL_TRANSFER: urlOf('transfer'),
      GLOBUS_SDK_SERVICE_URL_FLOWS: urlOf('flows'),
    },
    clock,
    faults,
    calls,
    auth,
    compute,
    transfer,
    flowRuns,
    signIn: (as) => signInDirectly(as, auth),
    stage: (collection, identity) => stagingFor(collectionNamed(collection), identity),
    folderOf: (collection) => collectionNamed(collection).folder,
    async close() {
      beginClosing()
      await Promise.all([...services.values()].map((service) => service.close()))
      await python.close()
      await broker?.close()
      await Promise.all([compute.tasks.idle(), transfer.tasks.idle()])
      await rm(scratch, { recursive: true, force: true })
    },
  }

  function collectionNamed(id: string) {
    const collection = transfer.collections.get(id)
    if (collection === undefined) throw new Error(`there is no collection ${id}`)
    return collection
  }
}

const serviceNames = ['auth', 'groups', 'compute', 'transfer', 'flows'] as const satisfies readonly ServiceOfItsOwn[]
