import type { IncomingHttpHeaders } from 'node:http'

export type ServiceName = 'auth' | 'groups' | 'compute' | 'transfer' | 'flows' | 'https'

/** What came, whether or not a fault was in its way. */
export interface SeenCall {
  readonly service: ServiceName
  /** `POST /v2/oauth2/token`, with the names of a path's parts: `GET /v2/tasks/:id`. */
  readonly route: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Counts and shows calls by route; to count refreshes, look for `grant_type=refresh_token` in the text. */
export interface Calls {
  readonly all: readonly SeenCall[]
  of(service: ServiceName, route: string, where?: (call: SeenCall) => boolean): SeenCall[]
  count(service: ServiceName, route: string, where?: (call: SeenCall) => boolean): number
  /** Resolves with the n-th call of a route, once it is there. */
  seen(service: ServiceName, route: string, count: number): Promise<SeenCall>
}

export interface CallLog extends Calls {
  add(call: SeenCall): void
}

/** @param checkRoute throws where a route does not exist, so that a misspelt one is found */
export function createCallLog(checkRoute: (service: ServiceName, route: string) => void): CallLog {
  const all: SeenCall[] = []
  let waiting: (() => boolean)[] = []
  const of: Calls['of'] = (service, route, where = () => true) => {
    checkRoute(service, route)
    return all.filter((call) => call.service === service && call.route === route && where(call))
  }
  return {
    all,
    of,
    count: (service, route, where) => of(service, route, where).length,
    seen: (service, route, count) =>
      new Promise((resolve) => {
        const settle = (): boolean => {
          const call = of(service, route)[count - 1]
          if (call !== undefined) resolve(call)
          return call !== undefined
        }
        if (!settle()) waiting.push(settle)
      }),
    add(call) {
      all.push(call)
      waiting = waiting.filter((settle) => !settle())
    },
  }
}
