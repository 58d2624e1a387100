import type { ModelStatus } from '@shared/domain/model'
import type { FirstError } from '@shared/errors'
import type { Deployment } from '../clusters/cluster-adapter'
import { closedBreaker, moveBreaker, passBreaker, settleBreaker, type Breaker, type BreakerEvent, type BreakerRules, type Pass } from './breaker'
import { verdictOf } from './verdict'

/** When a place that is live begins its answers too late. Milliseconds. */
export interface SlowRules {
  /** An answer that has not begun by then opens the breaker. */
  readonly limitMs: number
  /** One that took this many times its usual counts as a failure, unless it is under the floor. */
  readonly factor: number
  readonly floorMs: number
}

export const defaultSlowRules: SlowRules = { limitMs: 120_000, factor: 10, floorMs: 10_000 }

/** Weight of the newest measurement in the mean. */
const weight = 0.3
/** A mean that is this old counts for half, so that a place which was slow is tried again. */
const halfLifeMs = 60_000

const settled: ReadonlySet<ModelStatus> = new Set(['failed', 'maintenance', 'unknown'])

/** A request that is at a place. */
export interface Stay {
  readonly beganAtMs: number
  readonly pass: Pass
  /** Whether the time to its first byte says something of the place: it streams, and the model was live. */
  readonly isMeasured: boolean
  readonly isOfBatch: boolean
  /** It has been judged slow: how it ends says nothing more. */
  isSlow: boolean
}

/** What is known here of one deployment. */
export class Place {
  inFlight = 0
  /** Of those, requests of batches. */
  ofBatches = 0
  breaker: Breaker = closedBreaker
  /** Exponentially weighted mean of the time to the first token, in milliseconds. */
  firstTokenMs: number | undefined
  private pausedBy: FirstError | undefined
  private measuredAtMs = 0
  private status: ModelStatus | undefined
  /** Measured ones whose answer has not begun, oldest first. */
  private readonly pending = new Set<Stay>()

  constructor(
    readonly deployment: Deployment,
    private readonly rules: BreakerRules & SlowRules,
  ) {}

  /** Brings it up to now: the directory's word, answers that are overdue, a probe that is given up. */
  look(status: ModelStatus, nowMs: number): void {
    if (status !== this.status) {
      // One that asked for patience is asked again when it has come up, or will not.
      const isSettled = status === 'live' || (this.breaker.isAsked && settled.has(status))
      if (isSettled && this.status !== undefined) this.move({ kind: 'revived' }, undefined, nowMs)
      this.status = status
    }
    for (const stay of this.pending) {
      if (nowMs - stay.beganAtMs < this.rules.limitMs) break
      this.pending.delete(stay)
      stay.isSlow = true
      this.move({ kind: 'stalled' }, stay.pass, nowMs)
    }
    this.breaker = settleBreaker(this.breaker, nowMs, this.rules)
  }

  enter(isMeasured: boolean, nowMs: number, isOfBatch = false): Stay {
    this.inFlight++
    if (isOfBatch) this.ofBatches++
    const { breaker, pass } = passBreaker(this.breaker, nowMs)
    this.breaker = breaker
    const stay = { beganAtMs: nowMs, pass, isMeasured, isOfBatch, isSlow: false }
    if (isMeasured) this.pending.add(stay)
    return stay
  }

  answer(stay: Stay, nowMs: number): void {
    if (stay.isMeasured) {
      this.pending.delete(stay)
      const tookMs = nowMs - stay.beganAtMs
      if (!stay.isSlow && this.isSlow(tookMs)) {
        stay.isSlow = true
        this.move({ kind: 'failed' }, stay.pass, nowMs)
      }
      this.firstTokenMs = this.firstTokenMs === undefined ? tookMs : this.firstTokenMs + weight * (tookMs - this.firstTokenMs)
      this.measuredAtMs = nowMs
    }
    if (!stay.isSlow) this.move({ kind: 'answered' }, stay.pass, nowMs)
  }

  leave(stay: Stay, outcome: 'served' | 'left' | FirstError, nowMs: number): void {
    this.inFlight--
    if (stay.isOfBatch) this.ofBatches--
    this.pending.delete(stay)
    const verdict = verdictOf(outcome)
    if (stay.isSlow && verdict.kind !== 'paused') return
    if (verdict.kind === 'paused' && typeof outcome === 'object') this.pausedBy = outcome
    this.move(verdict, stay.pass, nowMs)
  }

  /** The failure by which the place named a time (Retry-After) that is not over, and that time. */
  pause(nowMs: number): { readonly failure: FirstError; readonly untilMs: number } | undefined {
    const { state, isAsked, untilMs } = this.breaker
    return this.pausedBy !== undefined && state === 'open' && isAsked && nowMs < untilMs ? { failure: this.pausedBy, untilMs } : undefined
  }

  /** The mean, worth less the older it is, in steps of about four tenths so that noise decides nothing; `undefined` while nothing was measured. */
  recentFirstTokenMs(nowMs: number): number | undefined {
    if (this.firstTokenMs === undefined) return undefined
    const halvings = (nowMs - this.measuredAtMs) / halfLifeMs
    return 2 ** (Math.round((Math.log2(Math.max(1, this.firstTokenMs)) - halvings) * 2) / 2)
  }

  private isSlow(tookMs: number): boolean {
    return tookMs >= this.rules.floorMs && this.firstTokenMs !== undefined && tookMs > this.rules.factor * this.firstTokenMs
  }

  private move(event: BreakerEvent, pass: Pass | undefined, nowMs: number): void {
    this.breaker = moveBreaker(this.breaker, event, pass, nowMs, this.rules)
  }
}
