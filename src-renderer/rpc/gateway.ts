import type { ModelChoice } from '@shared/domain/conversation'
import type { Session } from '@shared/rpc/contract'
import OpenAI from 'openai'

/** The OpenAI door of our own gateway, as the window's chat uses it. */
export interface Gateway {
  /** A client with the present key; waits for the first session. */
  client(signal?: AbortSignal): Promise<OpenAI>
  /** After a key was refused: asks the core for the present one. */
  refresh(): Promise<OpenAI>
}

export interface GatewayDeps {
  readonly session: (signal?: AbortSignal) => Promise<Session>
  readonly refreshSession: () => Promise<Session>
  /** Used where the session names no gateway: the page and the gateway are one server. */
  readonly pageOrigin: string
}

/** Names the cluster that a request is meant for, and in an answer the one that served it. */
export const clusterHeader = 'x-first-cluster'

/** Headers that send a request to the chosen cluster; without one the gateway chooses. */
export function clusterHeaders(choice: ModelChoice): Record<string, string> {
  return choice.cluster === undefined ? {} : { [clusterHeader]: choice.cluster }
}

/** The package describes the machine in headers of its own; they serve nobody here, and CORS would have to allow each. */
const noTelemetry: Record<string, null> = Object.fromEntries(
  ['arch', 'lang', 'os', 'package-version', 'retry-count', 'runtime', 'runtime-version', 'timeout'].map((name) => [`x-stainless-${name}`, null]),
)

export function createGateway({ session, refreshSession, pageOrigin }: GatewayDeps): Gateway {
  let made: { readonly session: Session; readonly client: OpenAI } | undefined

  function clientFor(present: Session): OpenAI {
    if (made?.session.key === present.key && made.session.gatewayUrl === present.gatewayUrl) return made.client
    const client = new OpenAI({
      baseURL: present.gatewayUrl ?? new URL('/v1', pageOrigin).href,
      apiKey: present.key,
      maxRetries: 0,
      // A cold model takes 10 to 15 minutes; whoever waits can stop it by hand.
      timeout: 3_600_000,
      dangerouslyAllowBrowser: true,
      defaultHeaders: noTelemetry,
      // Its log would name the request; errors are shown by the message they belong to.
      logLevel: 'off',
    })
    made = { session: present, client }
    return client
  }

  return {
    client: async (signal) => clientFor(await session(signal)),
    refresh: async () => clientFor(await refreshSession()),
  }
}
