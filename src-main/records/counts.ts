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
  const requests = createSums<'route' | 'operation' | Place | 'status'>()
  const tokens = createSums<'kind' | 'estimated' | Place>()
  const durations = createTimes<'operation' | Place>()
  const firstTokens = createTimes<'operation' | Place>()

  const place = ({ model, cluster }: RequestOutcome): Record<Place, string> => ({
    model: model === undefined ? '' : cluster !== undefined || knowsModel(model) ? modelLabel(model) : otherModel,
    cluster: cluster === undefined ? '' : clusterLabel(cluster),
  })
  const observe = (outcome: RequestOutcome): void => {
    const at = place(outcome)
    const { route, operation = '', status, usage } = outcome
    requests.add({ route, operation, ...at, status: String(status) }, 1)
    if (operation === '') return
    durations.add({ operation, ...at }, outcome.totalMs / 1000)
    if (outcome.isStreamed && outcome.firstByteMs !== undefined) firstTokens.add({ operation, ...at }, outcome.firstByteMs / 1000)
    if (usage === undefined) return
    const estimated = String(usage.isEstimated)
    tokens.add({ kind: 'prompt', estimated, ...at }, usage.promptTokens)
    tokens.add({ kind: 'completion', estimated, ...at }, usage.completionTokens)
  }
  return { observe: (outcomes) => outcomes.forEach(observe), place, requests: requests.all, tokens: tokens.all, durations: durations.all, firstTokens: firstTokens.all }
}

function createSums<Label extends string>() {
  const all = new Map<string, Sum<Label>>()
  return {
    all,
    add(labels: Readonly<Record<Label, string>>, value: number): void {
      if (!(value >= 0)) return // not a number
      const key = keyOf(labels)
      const sum = all.get(key)
      if (sum === undefined) all.set(key, { labels, value })
      else sum.value += value
    },
  }
}

function createTimes<Label extends string>() {
  const all = new Map<string, Times<Label>>()
  return {
    all,
    add(labels: Readonly<Record<Label, string>>, timeS: number): void {
      if (!(timeS >= 0)) return
      const key = keyOf(labels)
      const times = all.get(key) ?? { labels, buckets: durationBucketsS.map(() => 0), sumS: 0, count: 0 }
      all.set(key, times)
      times.sumS += timeS
      times.count++
      const bucket = durationBucketsS.findIndex((mostS) => timeS <= mostS)
      if (bucket >= 0) times.buckets[bucket] = (times.buckets[bucket] ?? 0) + 1
    },
  }
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  let key = ''
  for (const name in labels) key += `${labels[name] ?? ''}\n`
  return key
}
