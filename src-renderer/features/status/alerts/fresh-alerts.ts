import type { Alert } from '@shared/domain/alert'

/** Those that came about after the window was opened and that it was not told of before. */
export function freshAlerts(alerts: readonly Alert[], knownIds: ReadonlySet<string>, openedAtMs: number): readonly Alert[] {
  return alerts.filter(({ id, atMs }) => atMs >= openedAtMs && !knownIds.has(id))
}

export const alertTitles: Readonly<Record<Alert['kind'], string>> = {
  replica_failed: 'A replica failed',
  cluster_unreachable: 'Cluster not reachable',
  cluster_back: 'Cluster reached again',
  walltime_near: 'Walltime ends soon',
}
