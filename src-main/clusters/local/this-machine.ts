import type { ScheduledAdapter } from '../scheduled/scheduled-adapter'
import type { ClusterAdapter } from '../cluster-adapter'
import type { LocalAdapter } from './local-adapter'

/** This machine as one cluster: the app's own engines, and engines that are processes of their own, which the scheduler starts. */
export function createThisMachine(own: LocalAdapter, launched: ScheduledAdapter): ClusterAdapter {
  const { name, kind } = own
  /** Each framework is one's or the other's (src-shared/config/clusters.ts). */
  const placeOf = (framework: string): ClusterAdapter => (framework === 'guide' || framework === 'llama' ? own : launched)
  return {
    name,
    kind,
    async describe(signal) {
      const [mine, theirs] = await Promise.all([own.describe(signal), launched.describe(signal)])
      return { ...theirs, isReachable: true, models: [...mine.models, ...theirs.models] }
    },
    acquire: (deployment, signal) => placeOf(deployment.framework).acquire(deployment, signal),
    leaseNow: (deployment) => placeOf(deployment.framework).leaseNow?.(deployment),
    onChange(listener) {
      const stops = [own.onChange?.(listener), launched.onChange?.(listener)]
      return () => stops.forEach((stop) => stop?.())
    },
    retire: () => own.retire(),
    close: () => own.close(),
  }
}
