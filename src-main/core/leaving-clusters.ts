import type { ClusterPlaces, ManagedCluster } from '../clusters/managed-cluster'
import type { Scheduler } from '../scheduler/scheduler'
import type { Logger } from './logger'

export interface Leaving {
  configure(managed: readonly ManagedCluster[]): void
  /** Lets go of those that have nothing left. */
  tidy(): void
}

interface LeavingDeps {
  readonly scheduler: Pick<Scheduler, 'replicas' | 'setClusters'>
  /** A cluster by where it was; undefined for a place that cannot be made out. */
  readonly former: (name: string, place: string) => ManagedCluster | undefined
  readonly places: ClusterPlaces
  readonly logger: Logger
}

/**
 * Clusters that the configuration no longer has, or has at another place, stay until what runs there has ended: a cluster that has moved is
 * used at its new place only then, because its replicas are told apart by its name. Where they are is written down, so that this holds too
 * for what `config.yaml` has lost while the app was not running.
 */
export function createLeaving({ scheduler, former, places, logger }: LeavingDeps): Leaving {
  let wanted: readonly ManagedCluster[] = []
  let held: ReadonlyMap<string, ManagedCluster> | undefined
  const hasReplicas = (name: string): boolean => scheduler.replicas().some(({ cluster, state }) => cluster === name && state !== 'stopped' && state !== 'failed')

  /** What an earlier run of the app has left at places that are not those of today. */
  const leftBefore = (): Map<string, ManagedCluster> => {
    const left = new Map<string, ManagedCluster>()
    for (const [name, place] of places.load()) {
      if (!hasReplicas(name) || wanted.some((managed) => managed.name === name && managed.place === place)) continue
      const cluster = former(name, place)
      if (cluster === undefined) logger.warn({ cluster: name, place }, 'replicas may run for a cluster that config.yaml no longer has, and where it was cannot be read: put it back to let them end')
      else left.set(name, cluster)
    }
    return left
  }

  const keepPlaces = (now: ReadonlyMap<string, ManagedCluster>): void => {
    const known = places.load()
    for (const { name, place } of now.values()) if (known.get(name) !== place) places.save(name, place)
    for (const name of known.keys()) if (!now.has(name) && !hasReplicas(name)) places.remove(name)
  }

  const settle = (before: ReadonlyMap<string, ManagedCluster>): void => {
    const next = new Map(wanted.map((managed) => [managed.name, managed]))
    const going: ManagedCluster[] = []
    for (const one of before.values()) {
      if (next.get(one.name)?.host === one.host) continue
      if (hasReplicas(one.name)) next.set(one.name, { ...one, deployments: [] })
      else going.push(one)
    }
    held = next
    keepPlaces(next)
    scheduler.setClusters([...next.values()])
    for (const { name, host } of going) host.close().catch((cause: unknown) => logger.warn({ cluster: name, cause }, 'a cluster could not be closed'))
  }

  return {
    configure(managed) {
      wanted = managed
      settle(held ?? leftBefore())
    },
    tidy() {
      if (held === undefined) return
      const isSettled = [...held.values()].every(({ name, host }) => wanted.some((managed) => managed.name === name && managed.host === host) || hasReplicas(name))
      if (!isSettled) settle(held)
    },
  }
}
