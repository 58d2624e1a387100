/** When a place is left alone, and how it comes back. Milliseconds. */
export interface BreakerRules {
  /** In a row, until it opens. */
  readonly failures: number
  /** Of the first opening; each further one in a row doubles it, up to the cap. */
  readonly backoffMs: number
  readonly backoffCapMs: number
  /** A probe that has not answered by then is given up. */
  readonly probeMs: number
}

export const defaultBreakerRules: BreakerRules = { failures: 3, backoffMs: 2_000, backoffCapMs: 120_000, probeMs: 120_000 }

export interface Breaker {
  readonly state: 'closed' | 'open' | 'probing'
  /** In a row. */
  readonly failures: number
  /** In a row: the exponent of the backoff. */
  readonly openings: number
  /** Counts every opening, so that what began before the last one is known to say nothing any more. */
  readonly serial: number
  /** Of a probe that is out: since when. */
  readonly sinceMs: number
  /** While open: when a probe may go. */
  readonly untilMs: number
  /** Open because the place itself named the time (Retry-After). */
  readonly isAsked: boolean
}

/** What a request that went to the place knows of the breaker then. */
export interface Pass {
  readonly serial: number
  readonly isProbe: boolean
}

/** `answered`: the first byte; `stalled`: it did not come; `left`: no verdict; `paused`: the place asks for time, which it may name; `revived`: the directory says that it came alive. */
export type BreakerEvent = { readonly kind: 'answered' | 'served' | 'failed' | 'stalled' | 'left' | 'revived' } | { readonly kind: 'paused'; readonly forMs: number; readonly isNamed: boolean }

type Effect = 'keep' | 'count' | 'open' | 'pause' | 'due' | 'trust' | 'forgive'

const effects: Record<Breaker['state'], Record<BreakerEvent['kind'], Effect>> = {
  closed: { answered: 'keep', served: 'forgive', failed: 'count', stalled: 'open', left: 'keep', paused: 'pause', revived: 'keep' },
  open: { answered: 'keep', served: 'keep', failed: 'keep', stalled: 'keep', left: 'keep', paused: 'pause', revived: 'due' },
  probing: { answered: 'trust', served: 'forgive', failed: 'open', stalled: 'open', left: 'due', paused: 'pause', revived: 'keep' },
}

export const closedBreaker: Breaker = { state: 'closed', failures: 0, openings: 0, serial: 0, sinceMs: 0, untilMs: 0, isAsked: false }

/** The breaker after `event`; `pass` is that of the request it is about, absent where it is about none. */
export function moveBreaker(breaker: Breaker, event: BreakerEvent, pass: Pass | undefined, nowMs: number, rules: BreakerRules): Breaker {
  if (pass !== undefined && !counts(breaker, event, pass)) return breaker
  const { failures, openings } = breaker
  switch (effects[breaker.state][event.kind]) {
    case 'keep':
      return breaker
    case 'count':
      return failures + 1 < rules.failures ? { ...breaker, failures: failures + 1 } : opened({ ...breaker, failures: failures + 1 }, nowMs, rules)
    case 'open':
      return opened(breaker, nowMs, rules)
    case 'pause':
      return event.kind === 'paused' ? paused(breaker, nowMs + event.forMs, event.isNamed) : breaker
    case 'due':
      return { ...breaker, state: 'open', untilMs: nowMs, isAsked: false }
    case 'trust':
      // It answers again, but one more failure before an answer is whole opens it at once.
      return { ...breaker, state: 'closed', failures: rules.failures - 1 }
    case 'forgive':
      return failures === 0 && openings === 0 && breaker.state === 'closed' ? breaker : { ...breaker, state: 'closed', failures: 0, openings: 0 }
  }
}

/** While a probe is out only its word counts, and what began before an opening tells of the past; a wish for time is always about now. */
function counts({ state, serial }: Breaker, event: BreakerEvent, pass: Pass): boolean {
  if (state === 'probing') return pass.isProbe && pass.serial === serial
  return event.kind === 'paused' || pass.serial === serial
}

function opened(breaker: Breaker, nowMs: number, { backoffMs, backoffCapMs }: BreakerRules): Breaker {
  const openings = breaker.openings + 1
  return { ...breaker, state: 'open', openings, serial: breaker.serial + 1, untilMs: nowMs + Math.min(backoffCapMs, backoffMs * 2 ** Math.min(openings - 1, 30)), isAsked: false }
}

function paused(breaker: Breaker, untilMs: number, isNamed: boolean): Breaker {
  const opened = { ...breaker, state: 'open' as const, serial: breaker.serial + 1, untilMs, isAsked: isNamed }
  // Of two wishes the longer one is kept.
  return breaker.state === 'open' && breaker.untilMs > untilMs ? breaker : opened
}

/** Gives up a probe that is over its time. */
export function settleBreaker(breaker: Breaker, nowMs: number, rules: BreakerRules): Breaker {
  return breaker.state === 'probing' && nowMs - breaker.sinceMs >= rules.probeMs ? opened(breaker, nowMs, rules) : breaker
}

/** Whether the next request would be the probe. */
export const isDue = (breaker: Breaker, nowMs: number): boolean => breaker.state === 'open' && nowMs >= breaker.untilMs

/** A request goes to the place: as the probe, when one is due. */
export function passBreaker(breaker: Breaker, nowMs: number): { readonly breaker: Breaker; readonly pass: Pass } {
  const { serial } = breaker
  if (!isDue(breaker, nowMs)) return { breaker, pass: { serial, isProbe: false } }
  return { breaker: { ...breaker, state: 'probing', sinceMs: nowMs }, pass: { serial, isProbe: true } }
}
