import type { ManagedCluster } from '../clusters/managed-cluster'
import type { Scheduler } from '../scheduler/scheduler'
import type { Logger } from './logger'

export interface Leaving {
  configure(managed: readonly ManagedCluster[]): void
  /** Lets go of those that have nothing left. */
  tidy(): void
}

interface LeavingDeps {
  readonly scheduler: Pick<Scheduler, 'replicas' | 'setClusters'>
  readonly formerLocal: (name: string) => ManagedCluster
  readonly logger: Logger
}

/** `pid@start`; a workload manager's ids hold no such sign after their digits. */
const isProcess = (handle: string): boolean => /^\d+@/.test(handle)

/**
 * Clusters that the configuration no longer has, or has at another place, stay until what runs there has ended: a cluster that has moved is
 * used at its new place only then, because its replicas are told apart by its name.
 */
export function createLeaving({ scheduler, formerLocal, logger }: LeavingDeps): Leaving {
  let wanted: readonly ManagedCluster[] = []
  let held = new Map<string, ManagedCluster>()
  const hasReplicas = (name: string): boolean => scheduler.replicas().some(({ cluster, state }) => cluster === name && state !== 'stopped' && state !== 'failed')

  const settle = (): void => {
    const next = new Map(wanted.map((managed) => [managed.name, managed]))
    const going: ManagedCluster[] = []
    for (const before of held.values()) {
      if (next.get(before.name)?.host === before.host) continue
      if (hasReplicas(before.name)) next.set(before.name, { ...before, deployments: [] })
      else going.push(before)
    }
    held = next
    scheduler.setClusters([...next.values()])
    for (const { name, host } of going) host.close().catch((cause: unknown) => logger.warn({ cluster: name, cause }, 'a cluster could not be closed'))
  }

  return {
    configure(managed) {
      // At the first time: what an earlier run of the app has left on this machine under another name.
      const known = new Set([...managed.map(({ name }) => name), ...held.keys()])
      for (const { cluster, handle, state } of scheduler.replicas()) {
        if (known.has(cluster) || handle === undefined || state === 'stopped' || state === 'failed') continue
        if (isProcess(handle)) held.set(cluster, formerLocal(cluster))
        else logger.warn({ cluster, job: handle }, 'a job runs for a cluster that config.yaml no longer has: put the cluster back to let the job end, or cancel it there')
      }
      wanted = managed
      settle()
    },
    tidy() {
      const isSettled = [...held.values()].every(({ name, host }) => wanted.some((managed) => managed.name === name && managed.host === host) || hasReplicas(name))
      if (!isSettled) settle()
    },
  }
}
