import type { Dispatcher } from 'undici'
import type { ServerProfile } from '@shared/config/clusters'
import { FirstError } from '@shared/errors'
import { sendableKey } from './api-key'
import { checkFirstSite } from './check-first-site'
import { inspectServer } from './inspect-server'
import type { FoundModel } from './model-entry'

export interface ServerAddress {
  readonly url: string
  /** Of a FIRST site, its access token. */
  readonly apiKey?: string
}

export interface ServerCheck {
  /** Base URL that answered, with the version and no slash at its end; of a FIRST site with `/resource_server`. */
  readonly url: string
  /** Ids, sorted. */
  readonly models: readonly string[]
  /** Of the answer, from the first byte sent. */
  readonly latencyMs: number
  /** What it is to be configured as. */
  readonly clusterKind: 'direct' | 'first'
  /** Kind of server, of a `direct` one. */
  readonly profile?: ServerProfile
  readonly version?: string
  /** The same models, with what the server says of each. */
  readonly found: readonly FoundModel[]
  /** Of a FIRST site: the names of its clusters. */
  readonly clusters?: readonly string[]
  /** A FIRST site that tells nothing without a token. */
  readonly isTokenNeeded?: boolean
}

/**
 * Tries an address before it is kept: as it was given, with `/v1` added where that is not a list of models, and as a FIRST site where it can be one.
 * @throws FirstError whose message says plainly what is there instead.
 */
export async function checkServer(agent: Dispatcher, { url, apiKey }: ServerAddress, signal: AbortSignal): Promise<ServerCheck> {
  const given = url.trim().replace(/\/+$/, '').replace(/\/(?:chat\/completions|models|responses|messages)$/, '')
  const key = apiKey === undefined ? undefined : sendableKey(apiKey, given)
  const [siteUrl] = /^.*\/resource_server(?=\/|$)/.exec(given) ?? []
  if (siteUrl !== undefined) {
    const site = await checkFirstSite(agent, { baseUrl: siteUrl, key }, signal)
    if (site !== undefined) return site
  }
  const direct = await checkDirect(agent, given, key, signal).catch((cause: unknown) => {
    if (cause instanceof FirstError) return cause
    throw cause
  })
  // A gateway such as ours is an OpenAI-compatible server as well; as a site it shows its clusters too.
  if (new URL(given).pathname === '/' && mayBeSite(direct)) {
    const site = await checkFirstSite(agent, { baseUrl: `${given}/resource_server`, key }, signal).catch(() => undefined)
    if (site !== undefined) return site
  }
  if (direct instanceof FirstError) throw direct
  return direct
}

const mayBeSite = (direct: ServerCheck | FirstError): boolean => (direct instanceof FirstError ? direct.code !== 'upstream_unreachable' : direct.profile === 'other')

async function checkDirect(agent: Dispatcher, given: string, key: string | undefined, signal: AbortSignal): Promise<ServerCheck> {
  const candidates = /\/v\d+\w*$/.test(given) ? [given] : [given, `${given}/v1`]
  let failure: FirstError | undefined
  for (const baseUrl of candidates) {
    try {
      const { recognised, version, models, latencyMs } = await inspectServer(agent, { baseUrl, key }, { memory: new Map() }, signal)
      if (models.length === 0) throw new FirstError('upstream_error', `${baseUrl} answers, but names no models: load one there first.`)
      return { url: baseUrl, models: models.map(({ id }) => id), latencyMs, clusterKind: 'direct', profile: recognised?.profile ?? 'other', ...(version !== undefined && { version }), found: models }
    } catch (cause) {
      if (!(cause instanceof FirstError)) throw cause
      failure = moreTelling(failure, cause)
      if (isFinal(cause)) throw cause
    }
  }
  throw failure ?? new FirstError('upstream_unreachable', `${given} cannot be tried.`)
}

/** Another path of the same server would meet the same. */
const isFinal = ({ code }: FirstError): boolean => code === 'upstream_unreachable' || code === 'upstream_unauthorized' || code === 'model_loading'

/** That a path is not there says less than what the other one answered. */
const moreTelling = (before: FirstError | undefined, now: FirstError): FirstError => (before === undefined || before.code === 'not_found' ? now : before)
