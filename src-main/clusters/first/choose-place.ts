import type { ModelStatus } from '@shared/domain/model'
import type { SitePlace } from '@shared/first/from-site'

/** Where a request is served soonest comes first (wire/first.md, "Routing of the federated form"). */
const rank: Readonly<Record<ModelStatus, number>> = { live: 0, starting: 1, queued: 2, offline: 4, unknown: 5, maintenance: 6, failed: 6 }
/** A cluster with free nodes starts a model sooner than one without. */
const offlineWithNodes = 3

/** Places of one model, best first: by status and free nodes, then with the fewest of our requests, then as the site or the configuration names its clusters. */
export function orderPlaces(places: readonly SitePlace[], inFlight: (place: SitePlace) => number): SitePlace[] {
  const of = (place: SitePlace): number => (place.status === 'offline' && (place.freeNodes ?? 0) > 0 ? offlineWithNodes : rank[place.status])
  return [...places].sort((a, b) => of(a) - of(b) || inFlight(a) - inFlight(b))
}
