import type { Alert } from '@shared/domain/alert'
import { statusPath } from '../sections'
import { noFilters, select, setFilters } from '../view-store'

/** Opens the details of what an alert is of; returns the path of the view that has them. */
export function showInStatus({ cluster, model }: Pick<Alert, 'cluster' | 'model'>): string {
  setFilters(noFilters)
  const view = model === undefined ? 'clusters' : 'models'
  select(view, model ?? cluster)
  return statusPath(view)
}
