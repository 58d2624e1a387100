import type { LimitsConfig } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'
import type { Usage } from '@shared/domain/usage'
import { FirstError } from '@shared/errors'
import { Meters } from './meters'
import { quotaHeaders, quotasOf, windowOf, type Asked, type Quota } from './quotas'

/** One request that was let in. */
export interface Admission {
  /** For the answer, lower-case: what is left after this request. */
  readonly headers: Readonly<Record<string, string>>
  /** Called once, when the request is over, with what it used where that is known; another call does nothing. */
  end(usage: Usage | undefined): void
}

export interface Limits {
  /**
   * Lets a request in, to be called once its model is known to exist. What is refused counts for nothing.
   * @throws FirstError `too_many_requests` with FIRST's `info`, the time to wait and rate-limit headers
   */
  admit(identity: Identity, model: string): Admission
}

export interface LimitsDeps {
  /** The same object for as long as nothing changes. */
  readonly config: () => LimitsConfig
  /** Milliseconds. */
  readonly clock: () => number
}

const unlimited: Admission = { headers: {}, end: () => undefined }
const pruneEveryMs = 60_000
/** Nobody knows when a request of the same key ends. */
const concurrencyRetryS = 1

/**
 * Requests and tokens a minute by key and by model, and requests at once by key. Tokens count when they are known, at the end of a
 * request, as in FIRST: what is under way may go past a limit, and what comes next waits for it.
 */
export function createLimits({ config, clock }: LimitsDeps): Limits {
  const meters = { key: new Meters(), model: new Meters(), keyOfModel: new Meters() }
  let prunedAtMs = clock()
  let limits = config()
  let quotas = quotasOf(limits)

  const prune = (nowMs: number): void => {
    if (Math.abs(nowMs - prunedAtMs) < pruneEveryMs) return
    prunedAtMs = nowMs
    for (const each of Object.values(meters)) each.prune(nowMs)
  }

  return {
    admit(identity, model) {
      const current = config()
      if (current !== limits) {
        limits = current
        quotas = quotasOf(limits)
      }
      const { concurrentRequestsPerKey: most } = limits
      if (most === 0 && quotas.length === 0) return unlimited
      const nowMs = clock()
      prune(nowMs)
      const asked: Asked = { key: meters.key.of(identity.id), model: meters.model.of(model) }
      const both = `${identity.id} ${model}`

      const met = most > 0 && asked.key.inFlight >= most ? concurrencyMet(identity, most, asked.key.inFlight) : quotaMet(quotas, asked, nowMs, identity, model)
      if (met !== undefined) {
        const info = { global_model_usage: asked.model.tokens.total(nowMs), user_model_usage: meters.keyOfModel.of(both).tokens.total(nowMs), limit: met.limit }
        throw new FirstError('too_many_requests', met.message, { info, retryAfterS: met.retryAfterS, headers: quotaHeaders(quotas, asked, nowMs) })
      }

      asked.key.requests.add(nowMs, 1)
      asked.model.requests.add(nowMs, 1)
      asked.key.inFlight++
      let isOver = false
      return {
        headers: quotaHeaders(quotas, asked, nowMs),
        end(usage) {
          if (isOver) return
          isOver = true
          asked.key.inFlight--
          const tokens = usage?.totalTokens ?? 0
          if (tokens <= 0) return
          const endMs = clock()
          // By name: a meter that was quiet while the request ran may be another one by now.
          for (const meter of [asked.key, meters.model.of(model), meters.keyOfModel.of(both)]) meter.tokens.add(endMs, tokens)
        },
      }
    },
  }
}

/** A limit that keeps a request out. */
interface Met {
  readonly message: string
  /** By its name in config.yaml. */
  readonly limit: { readonly name: keyof LimitsConfig; readonly value: number; readonly used: number }
  readonly retryAfterS: number
}

const concurrencyMet = ({ name }: Identity, value: number, used: number): Met => ({
  message: `"${name}" has ${used} requests under way; this gateway takes ${value} of one key at once.`,
  limit: { name: 'concurrentRequestsPerKey', value, used },
  retryAfterS: concurrencyRetryS,
})

/** Of the limits that are met, the one that is met for longest. */
function quotaMet(quotas: readonly Quota[], asked: Asked, nowMs: number, identity: Identity, model: string): Met | undefined {
  let waitMs = 0
  let longest: Quota | undefined
  for (const quota of quotas) {
    const freeInMs = windowOf(quota, asked).freeInMs(nowMs, quota.limit)
    if (freeInMs <= waitMs) continue
    waitMs = freeInMs
    longest = quota
  }
  if (longest === undefined) return undefined
  const { of, unit, name, limit } = longest
  const used = windowOf(longest, asked).total(nowMs)
  const message = `${of === 'key' ? `"${identity.name}"` : `The model "${model}"`} had ${used} ${unit} in the last minute; this gateway gives one ${of} ${limit}.`
  return { message, limit: { name, value: limit, used }, retryAfterS: Math.ceil(waitMs / 1_000) }
}
