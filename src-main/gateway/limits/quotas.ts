import type { LimitsConfig } from '@shared/config/schema'
import type { Meter } from './meters'

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

/** One limit of a minute that is on, as it stands. */
export interface Quota extends QuotaKind {
  readonly limit: number
  readonly used: number
  /** Milliseconds until it lets one more request in. */
  readonly freeInMs: number
  /** Milliseconds until all of it is there again. */
  readonly fullInMs: number
}

export function quotasOf(limits: LimitsConfig, meters: Readonly<Record<'key' | 'model', Meter>>, nowMs: number): readonly Quota[] {
  return kinds
    .filter(({ name }) => limits[name] > 0)
    .map((kind) => {
      const limit = limits[kind.name]
      const window = meters[kind.of][kind.unit]
      return { ...kind, limit, used: window.total(nowMs), freeInMs: window.freeInMs(nowMs, limit), fullInMs: window.emptyInMs(nowMs) }
    })
}

/** OpenAI's headers (its guide "Rate limits"): of each unit the limit that has least left. */
export function quotaHeaders(quotas: readonly Quota[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const unit of ['requests', 'tokens'] as const) {
    const [tightest] = quotas.filter((quota) => quota.unit === unit).sort((a, b) => left(a) - left(b))
    if (tightest === undefined) continue
    headers[`x-ratelimit-limit-${unit}`] = String(tightest.limit)
    headers[`x-ratelimit-remaining-${unit}`] = String(left(tightest))
    headers[`x-ratelimit-reset-${unit}`] = durationText(tightest.fullInMs)
  }
  return headers
}

const left = ({ limit, used }: Quota): number => Math.max(0, limit - used)

/** `0s`, `42s`, `6m0s`: whole seconds, rounded up. */
export function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
