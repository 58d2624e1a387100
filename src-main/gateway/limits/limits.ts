import type { LimitsConfig } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'
import type { Usage } from '@shared/domain/usage'
import { FirstError } from '@shared/errors'
import { Meters } from './meters'
import { quotaHeaders, quotasOf, type Quota } from './quotas'

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

  const prune = (nowMs: number): void => {
    if (Math.abs(nowMs - prunedAtMs) < pruneEveryMs) return
    prunedAtMs = nowMs
    for (const each of Object.values(meters)) each.prune(nowMs)
  }

  return {
    admit(identity, model) {
      const limits = config()
      if (areOff(limits)) return unlimited
      const nowMs = clock()
      prune(nowMs)
      const both = `${identity.id} ${model}`
      const asked = { key: meters.key.of(identity.id), model: meters.model.of(model) }
      const refuse = (message: string, limit: Limit, retryAfterS: number): never => {
        const info = { global_model_usage: asked.model.tokens.total(nowMs), user_model_usage: meters.keyOfModel.of(both).tokens.total(nowMs), limit }
        throw new FirstError('too_many_requests', message, { info, retryAfterS, headers: quotaHeaders(quotasOf(limits, asked, nowMs)) })
      }

      const { concurrentRequestsPerKey: most } = limits
      const { inFlight } = asked.key
      if (most > 0 && inFlight >= most) refuse(`"${identity.name}" has ${inFlight} requests under way; this gateway takes ${most} of one key at once.`, { name: 'concurrentRequestsPerKey', value: most, used: inFlight }, concurrencyRetryS)
      const last = quotasOf(limits, asked, nowMs).reduce<Quota | undefined>((worst, quota) => (quota.freeInMs > (worst?.freeInMs ?? 0) ? quota : worst), undefined)
      if (last !== undefined) refuse(sentenceOf(last, identity, model), { name: last.name, value: last.limit, used: last.used }, Math.ceil(last.freeInMs / 1_000))

      for (const meter of Object.values(asked)) meter.requests.add(nowMs, 1)
      asked.key.inFlight++
      let isOver = false
      return {
        headers: quotaHeaders(quotasOf(limits, asked, nowMs)),
        end(usage) {
          if (isOver) return
          isOver = true
          asked.key.inFlight--
          const tokens = usage?.totalTokens ?? 0
          // By name: a meter that was idle while the request ran may be another one by now.
          if (tokens > 0) for (const meter of [meters.key.of(identity.id), meters.model.of(model), meters.keyOfModel.of(both)]) meter.tokens.add(clock(), tokens)
        },
      }
    },
  }
}

/** The limit that was met, by its name in config.yaml. */
interface Limit {
  readonly name: keyof LimitsConfig
  readonly value: number
  readonly used: number
}

const areOff = (limits: LimitsConfig): boolean =>
  limits.tokensPerMinutePerModel + limits.tokensPerMinutePerKey + limits.requestsPerMinutePerModel + limits.requestsPerMinutePerKey + limits.concurrentRequestsPerKey === 0

const sentenceOf = ({ of, unit, used, limit }: Quota, { name }: Identity, model: string): string =>
  `${of === 'key' ? `"${name}"` : `The model "${model}"`} had ${used} ${unit} in the last minute; this gateway gives ${of === 'key' ? 'one key' : 'one model'} ${limit}.`
