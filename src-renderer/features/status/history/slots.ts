import type { ModelStatus } from '@shared/domain/model'
import type { StatusSpan } from '@shared/domain/status-history'

/** Neighbouring slots of a strip with the same status: `[from, to)`, counted in slots. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly status: ModelStatus
}

/**
 * A strip of `count` slots over a span of time. A slot has the status that held longest in it, save that one of `alarms` shows
 * however short it was; a slot in which nothing is known is left out.
 */
export function stretchesOf(spans: readonly StatusSpan[], { fromMs, toMs, count, alarms }: { readonly fromMs: number; readonly toMs: number; readonly count: number; readonly alarms: readonly ModelStatus[] }): Stretch[] {
  const slotMs = (toMs - fromMs) / count
  const held = Array.from({ length: count }, () => new Map<ModelStatus, number>())
  for (const [startMs, endMs, status] of spans) {
    const first = Math.max(0, Math.floor((startMs - fromMs) / slotMs))
    const last = Math.min(count - 1, Math.ceil((endMs - fromMs) / slotMs) - 1)
    for (let slot = first; slot <= last; slot += 1) {
      const beginMs = fromMs + slot * slotMs
      const ms = Math.min(endMs, beginMs + slotMs) - Math.max(startMs, beginMs)
      if (ms > 0) held[slot]?.set(status, (held[slot]?.get(status) ?? 0) + ms)
    }
  }
  const stretches: { from: number; to: number; status: ModelStatus }[] = []
  for (const [slot, times] of held.entries()) {
    const status = alarms.find((alarm) => times.has(alarm)) ?? longest(times)
    const before = stretches.at(-1)
    if (status === undefined) continue
    if (before?.to === slot && before.status === status) before.to = slot + 1
    else stretches.push({ from: slot, to: slot + 1, status })
  }
  return stretches
}

function longest(times: ReadonlyMap<ModelStatus, number>): ModelStatus | undefined {
  return [...times].sort(([, one], [, other]) => other - one)[0]?.[0]
}

export interface Shares {
  /** By status, the longest first; of the time that was watched, 0 to 1. */
  readonly of: readonly (readonly [status: ModelStatus, share: number])[]
  readonly watchedMs: number
}

/** How much of the watched time each status held. */
export function sharesOf(spans: readonly StatusSpan[], fromMs: number, toMs: number): Shares {
  const times = new Map<ModelStatus, number>()
  for (const [startMs, endMs, status] of spans) {
    const ms = Math.min(endMs, toMs) - Math.max(startMs, fromMs)
    if (ms > 0) times.set(status, (times.get(status) ?? 0) + ms)
  }
  const watchedMs = [...times.values()].reduce((sum, ms) => sum + ms, 0)
  return { watchedMs, of: [...times].sort(([, one], [, other]) => other - one).map(([status, ms]) => [status, ms / watchedMs]) }
}

/** A share for people: never 100 % or 0 % of what was not quite so. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`
  const rounded = Math.round(share * 100)
  if (rounded === 100) return '> 99 %'
  return rounded === 0 ? '< 1 %' : `${rounded} %`
}
