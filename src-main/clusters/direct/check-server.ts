import { performance } from 'node:perf_hooks'
import type { Dispatcher } from 'undici'
import { FirstError } from '@shared/errors'
import { sendableKey } from './api-key'
import { askModels } from './ask-models'

export interface ServerAddress {
  readonly url: string
  readonly apiKey?: string
}

export interface ServerCheck {
  /** Base URL that answered, with the version and no slash at its end. */
  readonly url: string
  readonly models: readonly string[]
  /** Of the answer, from the first byte sent. */
  readonly latencyMs: number
}

/**
 * Tries an address before it is kept: as it was given, and with `/v1` added where that is not a list of models.
 * @throws FirstError whose message says plainly what is there instead.
 */
export async function checkServer(agent: Dispatcher, { url, apiKey }: ServerAddress, signal: AbortSignal): Promise<ServerCheck> {
  const given = url.trim().replace(/\/+$/, '').replace(/\/(?:chat\/completions|models)$/, '')
  const candidates = /\/v\d+\w*$/.test(given) ? [given] : [given, `${given}/v1`]
  const key = apiKey === undefined ? undefined : sendableKey(apiKey, given)
  let failure: FirstError | undefined
  for (const baseUrl of candidates) {
    const startedMs = performance.now()
    try {
      const { models } = await askModels(agent, { baseUrl, key, signal })
      if (models.length === 0) throw new FirstError('upstream_error', `${baseUrl} answers, but names no models: load one there first.`)
      return { url: baseUrl, models, latencyMs: performance.now() - startedMs }
    } catch (cause) {
      if (!(cause instanceof FirstError)) throw cause
      failure = moreTelling(failure, cause)
      if (isFinal(cause)) throw cause
    }
  }
  throw failure ?? new FirstError('upstream_unreachable', `${url} cannot be tried.`)
}

/** Another path of the same server would meet the same. */
const isFinal = ({ code }: FirstError): boolean => code === 'upstream_unreachable' || code === 'upstream_unauthorized'

/** That a path is not there says less than what the other one answered. */
const moreTelling = (before: FirstError | undefined, now: FirstError): FirstError => (before === undefined || before.code === 'not_found' ? now : before)
