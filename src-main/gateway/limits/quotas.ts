import type { LimitsConfig } from '@shared/config/schema'
import type { Meter } from './meters'
import type { SlidingWindow } from './sliding-window'

type Unit = 'requests' | 'tokens'

interface QuotaKind {
  /** As config.yaml has it, below `limits`. */
  readonly name: keyof LimitsConfig
  readonly unit: Unit
  readonly of: 'key' | 'model'
}

const kinds: readonly QuotaKind[] = [
  { name: 'requestsPerMinutePerKey', unit: 'requests', of: 'key' },
  { name: 'requestsPerMinutePerModel', unit: 'requests', of: 'model' },
  { name: 'tokensPerMinutePerKey', unit: 'tokens', of: 'key' },
  { name: 'tokensPerMinutePerModel', unit: 'tokens', of: 'model' },
]

/** One limit of a minute that is on. */
export interface Quota extends QuotaKind {
  readonly limit: number
}

/** The meters of one request. */
export type Asked = Readonly<Record<QuotaKind['of'], Meter>>

export const quotasOf = (limits: LimitsConfig): readonly Quota[] => kinds.filter(({ name }) => limits[name] > 0).map((kind) => ({ ...kind, limit: limits[kind.name] }))

export const windowOf = (quota: Quota, asked: Asked): SlidingWindow => asked[quota.of][quota.unit]

const unitHeaders: Readonly<Record<Unit, readonly [limit: string, remaining: string, reset: string]>> = {
  requests: ['x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  tokens: ['x-ratelimit-limit-tokens', 'x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
}

/** OpenAI's headers (its guide "Rate limits"): of each unit the limit that has least left, and when all of it is there again. */
export function quotaHeaders(quotas: readonly Quota[], asked: Asked, nowMs: number): Record<string, string> {
  const headers: Record<string, string> = {}
  const least = { requests: Infinity, tokens: Infinity }
  for (const quota of quotas) {
    const { limit, unit } = quota
    const window = windowOf(quota, asked)
    const left = Math.max(0, limit - window.total(nowMs))
    if (left >= least[unit]) continue
    least[unit] = left
    const [limitName, remainingName, resetName] = unitHeaders[unit]
    headers[limitName] = String(limit)
    headers[remainingName] = String(left)
    headers[resetName] = durationText(window.emptyInMs(nowMs))
  }
  return headers
}

/** `0s`, `42s`, `6m0s`: whole seconds, rounded up. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
