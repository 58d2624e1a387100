import type { ServiceName } from './calls'
import type { Reply } from './call'

/** What a call meets instead of its answer, or on the way to it. */
export type Fault =
  /** The connection is cut, and nothing was done. */
  | { readonly kind: 'reset' }
  /** It was done, and the connection is cut before the answer. */
  | { readonly kind: 'lost' }
  /** No answer ever comes. */
  | { readonly kind: 'hang' }
  /** 200, and half a JSON. */
  | { readonly kind: 'malformed' }
  /** Not done; this answer instead, by default an empty object. */
  | ({ readonly kind: 'status' } & Reply)
  /** Done at once, answered when this resolves. */
  | { readonly kind: 'slow'; readonly until: Promise<unknown> }

export interface Faults {
  /** Every call of the route from now on; undefined mends it. */
  set(service: ServiceName, route: string, fault: Fault | undefined): void
  /** The next calls of the route, one each, before what `set` says. */
  once(service: ServiceName, route: string, ...faults: readonly Fault[]): void
  clear(): void
}

export interface FaultPlan extends Faults {
  next(service: ServiceName, route: string): Fault | undefined
}

export function createFaultPlan(checkRoute: (service: ServiceName, route: string) => void): FaultPlan {
  const standing = new Map<string, Fault>()
  const queued = new Map<string, Fault[]>()
  const keyOf = (service: ServiceName, route: string): string => {
    checkRoute(service, route)
    return `${service} ${route}`
  }
  return {
    set(service, route, fault) {
      if (fault === undefined) standing.delete(keyOf(service, route))
      else standing.set(keyOf(service, route), fault)
    },
    once(service, route, ...faults) {
      const key = keyOf(service, route)
      queued.set(key, [...(queued.get(key) ?? []), ...faults])
    },
    clear() {
      standing.clear()
      queued.clear()
    },
    next(service, route) {
      const key = keyOf(service, route)
      return queued.get(key)?.shift() ?? standing.get(key)
    },
  }
}
