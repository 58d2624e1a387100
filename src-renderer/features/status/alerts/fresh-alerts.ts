import type { Alert } from '@shared/domain/alert'

/**
 * Those that a window was not told of before. Of the first list that it is told (`knownIds` is absent then) these are the ones since it was
 * opened; later the ids alone decide, because the core's clock may be another one.
 */
export function freshAlerts(alerts: readonly Alert[], knownIds: ReadonlySet<string> | undefined, openedAtMs: number): readonly Alert[] {
  return alerts.filter(({ id, atMs }) => (knownIds === undefined ? atMs >= openedAtMs : !knownIds.has(id)))
}

export const alertTitles: Readonly<Record<Alert['kind'], string>> = {
  replica_failed: 'A replica failed',
  cluster_unreachable: 'Cluster not reachable',
  sign_in_needed: 'Sign-in needed',
  cluster_back: 'Cluster reached again',
  walltime_near: 'Walltime ends soon',
}
