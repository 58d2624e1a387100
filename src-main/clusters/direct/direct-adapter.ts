import type { Dispatcher } from 'undici'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Operation } from '@shared/domain/model'
import type { DirectClusterConfig } from '@shared/config/clusters'
import { FirstError } from '@shared/errors'
import type { RefusedFields } from '../../storage/refused-fields'
import type { ClusterAdapter, Lease, WireProfile } from '../cluster-adapter'
import { problemOf, type Problem } from '../problem'
import { sendableKey } from './api-key'
import type { Memory } from './details/details'
import { inspectServer } from './inspect-server'
import type { FoundModel } from './model-entry'
import { headersFor, operationsOf, profileOfHost } from './profiles'
import type { Recognised } from './recognise'
import { createWireProfile } from './wire-profile'

export interface DirectDeps {
  readonly agent: Dispatcher
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  readonly refusedFields: RefusedFields
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Any server by its URL and key, whose kind is as configured or found out. */
export function createDirectAdapter(config: DirectClusterConfig, { agent, secret, refusedFields, now }: DirectDeps): ClusterAdapter {
  const { name } = config
  const baseUrl = config.url.replace(/\/+$/, '')
  const memory: Memory = new Map()
  const unserved = new Set<Operation>()
  let recognised: Recognised | undefined
  let version: string | undefined
  /** After it was gone another program may answer there, until that is known as well. */
  let mayBeAnother = true
  let asking: Promise<void> | undefined
  let last: { readonly models: readonly FoundModel[]; readonly takenAtMs: number } = { models: (config.models ?? []).map((id) => ({ id, status: 'unknown' })), takenAtMs: 0 }
  let wireProfiles = new Map<string, WireProfile>()

  const key = (): string | undefined => (config.apiKey === undefined ? undefined : sendableKey(secret(config.apiKey), `the cluster "${name}"`))
  const profile = () => config.profile ?? recognised?.profile ?? profileOfHost(baseUrl)

  const take = (found: readonly FoundModel[]): void => {
    const byId = new Map(found.map((model) => [model.id, model]))
    // A server that does not list a model can still serve it, when the configuration names it.
    last = { models: config.models?.map((id) => byId.get(id) ?? { id, status: 'live' }) ?? found, takenAtMs: now() }
    wireProfiles = new Map()
  }

  const snapshot = (models: readonly FoundModel[], problem?: Problem): ClusterSnapshot => ({
    name,
    kind: 'direct',
    url: baseUrl,
    isReachable: problem === undefined,
    ...problem,
    models: models.map((model) => ({ ...model, cluster: name, framework: config.framework })),
    takenAtMs: last.takenAtMs,
  })

  const inspect = async (signal: AbortSignal): Promise<ClusterSnapshot> => {
    try {
      const found = await inspectServer(agent, { baseUrl, key: key() }, { profile: config.profile, recognised: mayBeAnother ? undefined : recognised, memory }, signal)
      if (found.version !== version) unserved.clear()
      version = found.version
      recognised = found.recognised ?? recognised
      mayBeAnother = found.recognised === undefined
      take(found.models)
      return snapshot(last.models)
    } catch (cause) {
      if (!(cause instanceof FirstError)) throw cause
      if (cause.code === 'not_found' && config.models !== undefined) {
        take([])
        return snapshot(last.models)
      }
      if (cause.code === 'model_loading') return snapshot(last.models.map((model) => ({ ...model, status: 'starting', reason: 'The server is loading the model.' })))
      if (cause.code === 'upstream_unreachable') mayBeAnother = true
      return snapshot(last.models.map((model) => ({ ...model, status: 'unknown' })), problemOf(cause))
    }
  }

  const wireProfile = (model: string): WireProfile => {
    const made = wireProfiles.get(model)
    if (made !== undefined) return made
    const known = profile() ?? 'other'
    const operations = last.models.find(({ id }) => id === model)?.operations ?? operationsOf(known, version)
    const fresh = createWireProfile({ place: { cluster: name, model }, profile: known, operations, unserved, refusedFields, onChange: () => wireProfiles.clear() })
    wireProfiles.set(model, fresh)
    return fresh
  }

  /** How the key is sent depends on the kind of server, which the question under way is about to tell. */
  const isKnown = (): boolean => profile() !== undefined
  const lease = (model: string): Lease => ({ baseUrl, headers: headersFor(profile() ?? 'other', key()), model, profile: wireProfile(model), release: () => undefined })

  return {
    kind: 'direct',
    name,
    describe(signal) {
      const answer = inspect(signal)
      asking = answer.then(() => undefined, () => undefined)
      return answer
    },
    async acquire({ model }, signal) {
      signal.throwIfAborted()
      if (asking !== undefined && !isKnown()) await untilAborted(asking, signal)
      return lease(model)
    },
    leaseNow: ({ model }) => (asking === undefined || isKnown() ? lease(model) : undefined),
    close: () => Promise.resolve(),
  }
}

/** @throws the signal's reason */
async function untilAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  let leave = (): void => undefined
  const left = new Promise<void>((resolve) => {
    leave = resolve
    signal.addEventListener('abort', leave, { once: true })
  })
  await Promise.race([done, left])
  signal.removeEventListener('abort', leave)
  signal.throwIfAborted()
}
