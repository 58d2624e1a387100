import { FirstError } from '@shared/errors'
import type { Deployment } from '../clusters/cluster-adapter'
import { defaultBreakerRules, isDue, type Breaker, type BreakerRules } from './breaker'
import type { Candidate } from './model-index'
import { defaultSlowRules, Place, type SlowRules } from './place'
import { rank, rankOf, type Rank } from './rank'
import { createRecentPlaces } from './recent-places'

/** One request at a place. Both are called at most once; what comes after `end` is not heard. */
export interface Flight {
  firstByte(): void
  /** `left`: the caller went away; a `FirstError` says what failed, and its `retryAfterS` is honoured. */
  end(outcome: 'served' | 'left' | FirstError): void
}

/** What is known of a deployment from its requests, for metrics and the window. */
export interface DeploymentState extends Deployment {
  /** Requests of this gateway that are there now. */
  readonly inFlight: number
  /** Of those, the ones of batches. */
  readonly ofBatches: number
  readonly breaker: Breaker['state']
  /** Recent mean, in milliseconds. */
  readonly firstTokenMs?: number
}

export interface Choice {
  /**
   * Best first, for one request now. Places whose breaker is open are left out while there are others that can be reached; one at a time
   * they come back as probes. Never empty when `candidates` is not.
   * @param affinity of `affinityOf`
   */
  order(candidates: readonly Candidate[], affinity: string | undefined): readonly Candidate[]
  /**
   * Called when a request goes to a place.
   * @param isStreamed false where the first byte comes with the last: such times say nothing of the place
   * @param isOfBatch whether a batch has sent it
   */
  begin(candidate: Candidate, affinity: string | undefined, isStreamed?: boolean, isOfBatch?: boolean): Flight
  /** The failure to give, or to wait for, in place of asking: every one of them has named a time (Retry-After) that is not over. */
  resting(candidates: readonly Candidate[]): FirstError | undefined
  /** Of every deployment that was asked since the start. */
  state(): readonly DeploymentState[]
  /** Forgets the places that a batch has had for itself; called once none of its requests is on its way. */
  forgetBatch(batch: string): void
  /** Forgets places of clusters that are gone, once nothing is in flight there. */
  keepOnly(clusters: ReadonlySet<string>): void
}

export interface ChoiceDeps {
  /** Milliseconds; never runs backwards. */
  readonly clock: () => number
  readonly rules?: Partial<BreakerRules & SlowRules>
  /** Conversations and prefixes whose place is remembered. */
  readonly affinities?: number
}

/** Requests that a place with a warm prefix cache may have beyond twice those of the best. */
const clearlyMore = 8

interface Entry {
  readonly candidate: Candidate
  readonly place: Place
  readonly rank: Rank
  readonly preference: number
  readonly isOpen: boolean
  readonly isProbe: boolean
  /** How long a request would wait there, as far as is known; only its order means something. */
  score: number
}

/** The order of places for a request, from what the requests before it met there. */
export function createChoice({ clock, rules, affinities = 20_000 }: ChoiceDeps): Choice {
  const allRules = { ...defaultBreakerRules, ...defaultSlowRules, ...rules }
  const places = new Map<string, Place>()
  const recent = createRecentPlaces(affinities)

  const placeOf = ({ key, cluster, model, framework, batch }: Candidate): Place => {
    let place = places.get(key)
    if (place === undefined) places.set(key, (place = new Place({ cluster, model, framework, ...(batch !== undefined && { batch }) }, allRules)))
    return place
  }

  const entryOf = (candidate: Candidate, nowMs: number): Entry => {
    const place = placeOf(candidate)
    place.look(candidate.info.status, nowMs)
    const isProbe = isDue(place.breaker, nowMs)
    return { candidate, place, rank: rankOf(candidate, place.inFlight), preference: candidate.preference ?? 0, isProbe, isOpen: place.breaker.state !== 'closed' && !isProbe, score: 0 }
  }

  const order: Choice['order'] = (candidates, affinity) => {
    if (candidates.length < 2) return candidates
    const nowMs = clock()
    const all = candidates.map((candidate) => entryOf(candidate, nowMs))
    const closed = all.filter(({ isOpen }) => !isOpen)
    const entries = closed.some((entry) => entry.rank < rank.unknown) ? closed : all
    setScores(entries, nowMs)
    entries.sort((a, b) => a.rank - b.rank || a.preference - b.preference || a.score - b.score)
    if (affinity !== undefined) preferLast(entries, recent.find(affinity))
    return entries.map(({ candidate }) => candidate)
  }

  return {
    order,
    begin(candidate, affinity, isStreamed = true, isOfBatch = false) {
      const place = placeOf(candidate)
      const nowMs = clock()
      place.look(candidate.info.status, nowMs)
      const stay = place.enter(isStreamed && candidate.info.status === 'live', nowMs, isOfBatch)
      if (affinity !== undefined) recent.remember(affinity, candidate.key)
      let phase: 'sent' | 'answering' | 'over' = 'sent'
      return {
        firstByte() {
          if (phase !== 'sent') return
          phase = 'answering'
          place.answer(stay, clock())
        },
        end(outcome) {
          if (phase === 'over') return
          phase = 'over'
          place.leave(stay, outcome, clock())
        },
      }
    },
    resting(candidates) {
      const nowMs = clock()
      let soonest: ReturnType<Place['pause']>
      for (const candidate of candidates) {
        const place = placeOf(candidate)
        place.look(candidate.info.status, nowMs)
        const pause = place.pause(nowMs)
        if (pause === undefined) return undefined
        if (soonest === undefined || pause.untilMs < soonest.untilMs) soonest = pause
      }
      return soonest && withTimeLeft(soonest.failure, soonest.untilMs - nowMs)
    },
    state: () =>
      Array.from(places.values(), ({ deployment, inFlight, ofBatches, breaker, firstTokenMs }) => ({ ...deployment, inFlight, ofBatches, breaker: breaker.state, ...(firstTokenMs !== undefined && { firstTokenMs }) })),
    forgetBatch(batch) {
      for (const [key, { deployment }] of places) if (deployment.batch === batch) places.delete(key)
    },
    keepOnly(clusters) {
      for (const [key, { deployment, inFlight }] of places) if (inFlight === 0 && !clusters.has(deployment.cluster)) places.delete(key)
    },
  }
}

/** Among places where the model is live, those with the fewest requests, weighted by how soon they begin to answer. */
function setScores(entries: readonly Entry[], nowMs: number): void {
  const times = entries.map(({ place }) => place.recentFirstTokenMs(nowMs))
  // A place that was not measured is taken to be as quick as the quickest.
  const quickest = times.reduce<number>((least, time) => (time === undefined ? least : Math.min(least, time)), Infinity)
  for (const [at, entry] of entries.entries()) {
    // Elsewhere requests are not spread: each place that is asked would start a copy of the model.
    if (entry.rank > rank.live) continue
    entry.score = entry.isProbe ? -1 : (entry.place.inFlight + 1) * (times[at] ?? (quickest === Infinity ? 1 : quickest))
  }
}

/** Where the conversation went last goes first, unless the model is served sooner elsewhere or that place has clearly more to do. */
function preferLast(entries: Entry[], lastKey: string | undefined): void {
  const [best] = entries
  const at = entries.findIndex(({ candidate }) => candidate.key === lastKey)
  const last = entries[at]
  if (best === undefined || last === undefined || at === 0) return
  if (last.rank !== best.rank || last.isProbe || last.place.inFlight > 2 * best.place.inFlight + clearlyMore) return
  entries.splice(at, 1)
  entries.unshift(last)
}

const withTimeLeft = ({ code, message, param, info, kind: { action } }: FirstError, leftMs: number): FirstError =>
  new FirstError(code, message, { action, retryAfterS: Math.ceil(leftMs / 1000), ...(param !== undefined && { param }), ...(info !== undefined && { info }) })
