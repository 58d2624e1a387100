import type { Clock } from '../clock'

export interface ComputeEndpoint {
  readonly id: string
  readonly name: string
  /** Id of an identity. */
  readonly owner: string
  /** Default true. */
  readonly isOnline?: boolean
  /** Blocks of nodes that are there; 0: tasks wait for nodes. Default 1. */
  readonly managers?: number
  /** Seconds from the first task that finds no manager until there is one; absent: only a test brings one. */
  readonly startupS?: number
  readonly workersPerManager?: number
  /** How results are written: as the submission asks (default), or as an old endpoint does, whatever is asked. */
  readonly resultForm?: 'asked' | 'dill' | 'combined'
  /** Usernames that may use it; absent: everybody. */
  readonly usernames?: readonly string[]
  /** Ids of policies that the caller's sign-in must meet. */
  readonly policies?: readonly string[]
  /** Functions that may run; absent: all. */
  readonly functions?: readonly string[]
  /** Of the functions' processes: what a site sets for its workers. */
  readonly environment?: Readonly<Record<string, string>>
  /** Tasks wait here, launched and not yet running, until it resolves. */
  readonly holdUntil?: Promise<unknown>
}

interface Entry {
  endpoint: ComputeEndpoint
  askedForNodesAtS: number | undefined
}

export interface Endpoints {
  all(): ComputeEndpoint[]
  find(id: string): ComputeEndpoint | undefined
  add(endpoint: ComputeEndpoint): void
  set(id: string, change: Partial<ComputeEndpoint>): void
  /** Blocks there at this moment. */
  managers(id: string): number
  /** A task wants nodes. */
  askForNodes(id: string): void
}

export function createEndpoints(first: readonly ComputeEndpoint[], clock: Clock): Endpoints {
  const entries = new Map<string, Entry>(first.map((endpoint) => [endpoint.id, { endpoint, askedForNodesAtS: undefined }]))
  const entryOf = (id: string): Entry => {
    const entry = entries.get(id)
    if (entry === undefined) throw new Error(`there is no endpoint ${id}`)
    return entry
  }
  return {
    all: () => [...entries.values()].map(({ endpoint }) => endpoint),
    find: (id) => entries.get(id)?.endpoint,
    add: (endpoint) => void entries.set(endpoint.id, { endpoint, askedForNodesAtS: undefined }),
    set(id, change) {
      const entry = entryOf(id)
      entry.endpoint = { ...entry.endpoint, ...change }
      if (change.managers === 0) entry.askedForNodesAtS = undefined
    },
    managers(id) {
      const { endpoint, askedForNodesAtS } = entryOf(id)
      const isStarted = askedForNodesAtS !== undefined && endpoint.startupS !== undefined && clock.nowS() - askedForNodesAtS >= endpoint.startupS
      return Math.max(endpoint.managers ?? 1, isStarted ? 1 : 0)
    },
    askForNodes(id) {
      const entry = entryOf(id)
      entry.askedForNodesAtS ??= clock.nowS()
    },
  }
}
