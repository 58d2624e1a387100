import type { Dispatcher } from 'undici'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { DirectClusterConfig } from '@shared/config/schema'
import { FirstError } from '@shared/errors'
import type { ClusterAdapter } from '../cluster-adapter'
import { sendableKey } from './api-key'
import { askModels } from './ask-models'

export interface DirectDeps {
  readonly agent: Dispatcher
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Any OpenAI-compatible server, by its URL and key. */
export function createDirectAdapter(config: DirectClusterConfig, { agent, secret, now }: DirectDeps): ClusterAdapter {
  const { name } = config
  const baseUrl = config.url.replace(/\/+$/, '')
  let last: { readonly ids: readonly string[]; readonly takenAtMs: number } = { ids: config.models ?? [], takenAtMs: 0 }

  const key = (): string | undefined => (config.apiKey === undefined ? undefined : sendableKey(secret(config.apiKey), `the cluster "${name}"`))

  const snapshot = (status: 'live' | 'unknown', problem?: string): ClusterSnapshot => ({
    name,
    kind: 'direct',
    url: baseUrl,
    isReachable: status === 'live',
    ...(problem !== undefined && { problem }),
    models: last.ids.map((id) => ({ id, cluster: name, framework: config.framework, status })),
    takenAtMs: last.takenAtMs,
  })

  return {
    kind: 'direct',
    name,
    async describe(signal) {
      try {
        const found = await askModels(agent, { baseUrl, key: key(), signal })
        last = { ids: config.models ?? found.models, takenAtMs: now() }
        return snapshot('live')
      } catch (cause) {
        if (!(cause instanceof FirstError)) throw cause
        // A server that lists no models can still serve those that the configuration names.
        if (config.models === undefined || cause.code !== 'not_found') return snapshot('unknown', `${cause.message} ${cause.kind.action}`)
        last = { ids: config.models, takenAtMs: now() }
        return snapshot('live')
      }
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a secret that is missing is a rejection
    async acquire({ model }, signal) {
      signal.throwIfAborted()
      const secretKey = key()
      return { baseUrl, headers: secretKey === undefined ? {} : { authorization: `Bearer ${secretKey}` }, model, release: () => undefined }
    },
    close: () => Promise.resolve(),
  }
}
