import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelChoice } from '@shared/domain/conversation'
import type { Session } from '@shared/rpc/contract'
import OpenAI from 'openai'

/** The OpenAI door of our own gateway, as the window's chat uses it. */
export interface Gateway {
  /** A client with the present key that reaches the chosen cluster; waits for the first session. */
  client(choice: ModelChoice, signal?: AbortSignal): Promise<OpenAI>
  /** After a key was refused: asks the core for the present one. */
  refresh(): Promise<void>
}

export interface GatewayDeps {
  readonly session: (signal?: AbortSignal) => Promise<Session>
  readonly refreshSession: () => Promise<Session>
  /** What is known of the clusters: a path that names a cluster names the framework too (wire/first.md). */
  readonly state: { getState(): { readonly clusters?: readonly ClusterSnapshot[] } }
  /** Used where the session names no gateway: the page and the gateway are one server. */
  readonly pageOrigin: string
}

/** Names the cluster that served a request, in the answer's headers. */
export const clusterHeader = 'x-first-cluster'

/** The package describes the machine in headers of its own; they serve nobody here, and CORS would have to allow each. */
const noTelemetry: Record<string, null> = Object.fromEntries(
  ['arch', 'lang', 'os', 'package-version', 'retry-count', 'runtime', 'runtime-version', 'timeout'].map((name) => [`x-stainless-${name}`, null]),
)

export function createGateway({ session, refreshSession, state, pageOrigin }: GatewayDeps): Gateway {
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
      // Its log would name the request; errors are shown with the message they belong to.
      logLevel: 'off',
    })
    made = { session: present, client }
    return client
  }

  /** The way of a request to the chosen cluster, from the federated door; without a known one the gateway chooses. */
  function placePath(choice: ModelChoice): string | undefined {
    const cluster = state.getState().clusters?.find(({ name }) => name === choice.cluster)
    const framework = cluster?.models.find(({ id }) => id === choice.model)?.framework
    return cluster && framework && `/resource_server/${cluster.name}/${framework}/v1`
  }

  return {
    async client(choice, signal) {
      const client = clientFor(await session(signal))
      const path = placePath(choice)
      return path === undefined ? client : client.withOptions({ baseURL: new URL(path, client.baseURL).href })
    },
    async refresh() {
      await refreshSession()
    },
  }
}
