import { toFirstError, type FirstError } from '@shared/errors'
import type { HostCapacity, ReplicaHost } from '../clusters/replica-host'
import type { Observation } from './take-observation'

/** A cluster that does not answer within this is asked again later; nothing else waits for it. Milliseconds. */
const askTimeoutMs = 30_000

/** What a cluster said last. */
export interface ClusterWatch {
  observation: Observation | undefined
  capacity: HostCapacity | undefined
  /** Why it could not be asked the last time. */
  problem: FirstError | undefined
  /** When the last question began. */
  askedAtMs: number | undefined
  /** Asks it, unless it is being asked; resolves when that question has its answer, and never rejects. */
  ask(): Promise<void>
}

interface ClusterWatchDeps {
  readonly host: Pick<ReplicaHost, 'observe' | 'capacity'>
  readonly clock: () => number
  /** A capacity that is younger is not asked for again, unless a replica has come, started or gone since. */
  readonly capacityMs: number
  readonly onAnswer: (observation: Observation) => void
  /** Called when it can be asked again, or no longer. */
  readonly onProblem?: () => void
}

export function createClusterWatch({ host, clock, capacityMs, onAnswer, onProblem }: ClusterWatchDeps): ClusterWatch {
  let asking: Promise<void> | undefined
  let capacityAtMs = -Infinity
  /** The replicas of that time: what becomes of them changes what is free. */
  let statesThen = ''
  const capacityWith = async ({ atMs, replicas }: Observation, signal: AbortSignal): Promise<HostCapacity | undefined> => {
    const states = replicas.map(({ handle, state }) => `${handle} ${state}`).sort().join()
    if (states === statesThen && atMs - capacityAtMs < capacityMs) return watch.capacity
    const capacity = await host.capacity(signal).catch(() => undefined)
    if (capacity !== undefined) [capacityAtMs, statesThen] = [atMs, states]
    return capacity
  }
  const question = async (): Promise<void> => {
    const signal = AbortSignal.timeout(askTimeoutMs)
    const atMs = (watch.askedAtMs = clock())
    const problemBefore = watch.problem
    try {
      const observation = { atMs, replicas: await host.observe(signal) }
      watch.capacity = await capacityWith(observation, signal)
      watch.observation = observation
      watch.problem = undefined
      onAnswer(observation)
    } catch (cause) {
      watch.problem = toFirstError(cause)
    }
    asking = undefined
    if (watch.problem?.message !== problemBefore?.message) onProblem?.()
  }
  const watch: ClusterWatch = { observation: undefined, capacity: undefined, problem: undefined, askedAtMs: undefined, ask: () => (asking ??= question()) }
  return watch
}
