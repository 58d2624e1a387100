import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { closedBreaker, isDue, moveBreaker, passBreaker, settleBreaker, type Breaker, type BreakerEvent, type Pass } from '@main/federation/breaker'

const rules = { failures: 3, backoffMs: 1_000, backoffCapMs: 60_000, probeMs: 10_000 }
const move = (breaker: Breaker, kind: Exclude<BreakerEvent['kind'], 'paused'>, pass: Pass | undefined, nowMs: number): Breaker => moveBreaker(breaker, { kind }, pass, nowMs, rules)
const pause = (breaker: Breaker, forMs: number, pass: Pass | undefined, nowMs: number): Breaker => moveBreaker(breaker, { kind: 'paused', forMs, isNamed: true }, pass, nowMs, rules)
const first: Pass = { serial: 0, isProbe: false }

/** Opened by failures in a row at the given time. */
function openAt(nowMs: number): Breaker {
  return [1, 2, 3].reduce((breaker) => move(breaker, 'failed', first, nowMs), closedBreaker)
}

/** Its probe goes out and comes to nothing. */
function failedProbe(open: Breaker): Breaker {
  const { breaker, pass } = passBreaker(open, open.untilMs)
  return move(breaker, 'failed', pass, open.untilMs)
}

describe('the breaker of a place', () => {
  it('opens at the third failure in a row', () => {
    const two = [1, 2].reduce((breaker) => move(breaker, 'failed', first, 0), closedBreaker)
    expect(two.state).toBe('closed')
    expect(move(two, 'failed', first, 500)).toMatchObject({ state: 'open', untilMs: 1_500 })
  })

  it('counts anew after an answer that was whole, and not after a caller who left', () => {
    const two = [1, 2].reduce((breaker) => move(breaker, 'failed', first, 0), closedBreaker)
    expect(move(move(two, 'served', first, 0), 'failed', first, 0).state).toBe('closed')
    expect(move(move(two, 'left', first, 0), 'failed', first, 0).state).toBe('open')
  })

  it('opens at once where an answer does not come', () => {
    expect(move(closedBreaker, 'stalled', first, 0).state).toBe('open')
  })

  it('lets one probe through when its time is over, and closes when that is answered', () => {
    const open = openAt(0)
    expect([isDue(open, 999), isDue(open, 1_000)]).toEqual([false, true])
    const { breaker, pass } = passBreaker(open, 1_000)
    expect([breaker.state, pass.isProbe, passBreaker(breaker, 1_000).pass.isProbe]).toEqual(['probing', true, false])
    expect(move(breaker, 'answered', pass, 1_100).state).toBe('closed')
  })

  it('is wary after a probe: the next failure opens it, and an answer that is whole makes all well', () => {
    const { breaker, pass } = passBreaker(openAt(0), 1_000)
    const answered = move(breaker, 'answered', pass, 1_100)
    expect(move(answered, 'failed', pass, 1_200)).toMatchObject({ state: 'open', untilMs: 3_200 })
    expect(move(answered, 'served', pass, 1_200)).toMatchObject({ state: 'closed', failures: 0, openings: 0 })
  })

  it('backs off twice as long at each probe that fails, up to the cap', () => {
    let open = openAt(0)
    const waits: number[] = []
    for (let round = 0; round < 8; round++) {
      const before = open.untilMs
      open = failedProbe(open)
      waits.push(open.untilMs - before)
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })

  it('is open for exactly as long as the place asks, which is not held against it', () => {
    const paused = pause(closedBreaker, 30_000, first, 5_000)
    expect(paused).toMatchObject({ state: 'open', untilMs: 35_000, openings: 0 })
    expect(pause(paused, 1_000, undefined, 6_000).untilMs).toBe(35_000)
    expect(pause(paused, 60_000, undefined, 6_000).untilMs).toBe(66_000)
  })

  it('lets the next request be the probe where the last one was left by its caller', () => {
    const { breaker, pass } = passBreaker(openAt(0), 1_000)
    expect(isDue(move(breaker, 'left', pass, 1_500), 1_500)).toBe(true)
  })

  it('gives up a probe that is over its time, whose word then comes too late', () => {
    const { breaker, pass } = passBreaker(openAt(0), 1_000)
    expect(settleBreaker(breaker, 10_999, rules)).toBe(breaker)
    const given = settleBreaker(breaker, 11_000, rules)
    expect(given).toMatchObject({ state: 'open', untilMs: 13_000 })
    expect(move(given, 'served', pass, 11_500)).toBe(given)
  })

  it('hears only the probe while one is out, and nothing of what began before it opened', () => {
    const { breaker } = passBreaker(openAt(0), 1_000)
    expect(move(breaker, 'served', first, 1_100)).toBe(breaker)
    expect(move(breaker, 'failed', { serial: breaker.serial, isProbe: false }, 1_100)).toBe(breaker)
    const { breaker: probing, pass } = passBreaker(openAt(0), 1_000)
    const closed = move(probing, 'served', pass, 1_100)
    expect(move(closed, 'failed', first, 1_200)).toBe(closed)
  })

  it('is due as soon as the directory says that the place came alive', () => {
    expect(isDue(move(pause(closedBreaker, 600_000, first, 0), 'revived', undefined, 10), 10)).toBe(true)
  })
})

const event: fc.Arbitrary<BreakerEvent> = fc.oneof(
  fc.constantFrom('answered', 'served', 'failed', 'stalled', 'left').map((kind) => ({ kind })),
  fc.nat(40_000).map((forMs) => ({ kind: 'paused' as const, forMs, isNamed: true })),
)
interface Step {
  readonly afterMs: number
  readonly step: 'begin' | 'revived' | { readonly request: number; readonly event: BreakerEvent }
}
/** Requests that come, end in any way, in any order, and time that passes between. */
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ afterMs: fc.nat(20_000), step: fc.oneof(fc.constantFrom('begin', 'revived'), fc.record({ request: fc.nat(20), event })) }),
  { maxLength: 80 },
)

interface Run {
  breaker: Breaker
  nowMs: number
  /** Requests that have not ended. */
  readonly open: Map<number, Pass>
  /** Of each probe: when it went, and when its word came or it was given up. */
  readonly probes: { beganMs: number; endedMs: number | undefined; readonly id: number }[]
  /** When the breaker may be asked again, at the latest. */
  readonly promised: number[]
}

function run(script: readonly Step[]): Run {
  const state: Run = { breaker: closedBreaker, nowMs: 0, open: new Map(), probes: [], promised: [] }
  let nextId = 0
  for (const { afterMs, step } of script) {
    state.nowMs += afterMs
    const before = state.breaker
    state.breaker = settleBreaker(before, state.nowMs, rules)
    if (before.state === 'probing' && state.breaker.state === 'open') state.probes.at(-1)!.endedMs = state.nowMs
    if (step === 'begin') {
      const { breaker, pass } = passBreaker(state.breaker, state.nowMs)
      state.breaker = breaker
      state.open.set(nextId, pass)
      if (pass.isProbe) state.probes.push({ beganMs: state.nowMs, endedMs: undefined, id: nextId })
      nextId++
    } else if (step === 'revived') state.breaker = move(state.breaker, 'revived', undefined, state.nowMs)
    else {
      const [id, pass] = [...state.open][step.request % Math.max(1, state.open.size)] ?? []
      if (id === undefined || pass === undefined) continue
      state.breaker = moveBreaker(state.breaker, step.event, pass, state.nowMs, rules)
      const probe = state.probes.find((one) => one.id === id)
      if (probe !== undefined) probe.endedMs ??= state.nowMs
      if (step.event.kind !== 'answered') state.open.delete(id)
    }
  }
  return state
}

describe('whatever happens, the breaker', () => {
  it('has one probe out at most', () => {
    fc.assert(fc.property(steps, (script) => {
      const { probes } = run(script)
      for (const [at, probe] of probes.entries()) {
        const next = probes[at + 1]
        if (next !== undefined) expect(probe.endedMs ?? Infinity).toBeLessThanOrEqual(next.beganMs)
      }
    }))
  })

  it('comes back: a probe goes no later than the longest backoff, a wish for time and a lost probe allow, and its success closes it', () => {
    fc.assert(fc.property(steps, (script) => {
      const { breaker: before, nowMs } = run(script)
      let breaker = settleBreaker(before, nowMs + rules.probeMs, rules)
      if (breaker.state === 'closed') return
      expect(breaker.untilMs).toBeLessThanOrEqual(nowMs + rules.probeMs + rules.backoffCapMs)
      const { breaker: probing, pass } = passBreaker(breaker, breaker.untilMs)
      expect(pass.isProbe).toBe(true)
      breaker = move(probing, 'served', pass, breaker.untilMs)
      expect(breaker).toMatchObject({ state: 'closed', failures: 0, openings: 0 })
    }))
  })

  it('is never open without a place that failed, stalled or asked for time', () => {
    fc.assert(fc.property(steps, (script) => {
      const kind = script.filter(({ step }) => typeof step === 'string' || ['answered', 'served', 'left'].includes(step.event.kind))
      expect(run(kind).breaker.state).toBe('closed')
    }))
  })
})
