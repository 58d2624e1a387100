import { boundedLabels } from './bounded-labels'
import { otherModel } from './request-recorder'
import type { RequestOutcome } from './recorder'

/** A value for each set of labels. */
export interface Sum<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>
  value: number
}

/** Times for each set of labels; `buckets[n]` counts those of at most `durationBucketsS[n]` that no smaller bucket took. */
export interface Times<Label extends string> {
  readonly labels: Readonly<Record<Label, string>>
  readonly buckets: number[]
  sumS: number
  count: number
}

type Place = 'model' | 'cluster'

export interface Counts {
  observe(outcomes: readonly RequestOutcome[]): void
  place(outcome: RequestOutcome): Record<Place, string>
  readonly requests: ReadonlyMap<string, Sum<'route' | 'operation' | Place | 'status'>>
  readonly tokens: ReadonlyMap<string, Sum<'kind' | 'estimated' | Place>>
  readonly durations: ReadonlyMap<string, Times<'operation' | Place>>
  readonly firstTokens: ReadonlyMap<string, Times<'operation' | Place>>
}

/** A model that answers at once, and one that starts for a quarter of an hour. */
export const durationBucketsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]

/** Values that each label takes at most; further ones are `other`. */
const mostModels = 200
const mostClusters = 100

/** Counts since the start. Labels are bounded, whatever callers make up: a series is kept for as long as the process lives. */
export function createCounts(knowsModel: (model: string) => boolean): Counts {
  const modelLabel = boundedLabels(mostModels, otherModel)
  const clusterLabel = boundedLabels(mostClusters, otherModel)
  const requests = new Map<string, Sum<'route' | 'operation' | Place | 'status'>>()
  const tokens = new Map<string, Sum<'kind' | 'estimated' | Place>>()
  const durations = new Map<string, Times<'operation' | Place>>()
  const firstTokens = new Map<string, Times<'operation' | Place>>()

  const place = ({ model, cluster }: RequestOutcome): Record<Place, string> => ({
    model: model === undefined ? '' : cluster !== undefined || knowsModel(model) ? modelLabel(model) : otherModel,
    cluster: cluster === undefined ? '' : clusterLabel(cluster),
  })
  const observe = (outcome: RequestOutcome): void => {
    const at = place(outcome)
    const { route, operation = '', status, usage } = outcome
    const where = `${operation}\n${at.model}\n${at.cluster}`
    addTo(requests, `${route}\n${status}\n${where}`, () => ({ route, operation, ...at, status: String(status) }), 1)
    if (operation === '') return
    const labels = (): Record<'operation' | Place, string> => ({ operation, ...at })
    addTime(durations, where, labels, outcome.totalMs / 1000)
    if (outcome.isStreamed && outcome.firstByteMs !== undefined) addTime(firstTokens, where, labels, outcome.firstByteMs / 1000)
    if (usage === undefined) return
    const estimated = String(usage.isEstimated)
    addTo(tokens, `prompt\n${estimated}\n${where}`, () => ({ kind: 'prompt', estimated, ...at }), usage.promptTokens)
    addTo(tokens, `completion\n${estimated}\n${where}`, () => ({ kind: 'completion', estimated, ...at }), usage.completionTokens)
  }
  return { observe: (outcomes) => outcomes.forEach(observe), place, requests, tokens, durations, firstTokens }
}

function addTo<Label extends string>(sums: Map<string, Sum<Label>>, key: string, labels: () => Readonly<Record<Label, string>>, value: number): void {
  if (!(value >= 0)) return // not a number
  const sum = sums.get(key)
  if (sum === undefined) sums.set(key, { labels: labels(), value })
  else sum.value += value
}

function addTime<Label extends string>(all: Map<string, Times<Label>>, key: string, labels: () => Readonly<Record<Label, string>>, timeS: number): void {
  if (!(timeS >= 0)) return
  let times = all.get(key)
  if (times === undefined) all.set(key, (times = { labels: labels(), buckets: durationBucketsS.map(() => 0), sumS: 0, count: 0 }))
  times.sumS += timeS
  times.count++
  const bucket = durationBucketsS.findIndex((mostS) => timeS <= mostS)
  if (bucket >= 0) times.buckets[bucket] = (times.buckets[bucket] ?? 0) + 1
}
