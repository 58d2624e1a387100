import { createRandom } from './random'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const week = 7 * 24 * hour

/** A model of the simulated site. */
export interface SimulatedModel {
  readonly name: string
  readonly nodes: number
  readonly max: number
  readonly isHot: boolean
  /** Median time from its job's start to its first answer. */
  readonly loadMs: number
}

/** A request: when it comes, for which model (its index), and how long its answer takes. */
export interface Requests {
  readonly atMs: Float64Array
  readonly model: Uint8Array
  readonly serviceMs: Float32Array
}

export const siteNodes = 200
/** Requests that a replica takes at once. */
export const perReplica = 16
/** Tuesday, for eight hours. */
export const maintenance = { fromMs: 32 * hour, toMs: 40 * hour }

const seed = 20_260_501

/** Sixty models, the most asked for first: popularity falls off as 1/rank, and one in five needs four nodes or more. */
export function createModels(): SimulatedModel[] {
  const random = createRandom(seed)
  const sizes = [1, 2, 1, 4, 1, 1, 2, 1, 8, 1, 2, 4]
  return Array.from({ length: 60 }, (_, rank) => ({
    name: `model-${String(rank).padStart(2, '0')}`,
    nodes: sizes[rank % sizes.length] ?? 1,
    max: rank < 5 ? 8 : rank < 20 ? 4 : 2,
    isHot: rank < 3,
    loadMs: (10 + 5 * random.uniform()) * minute,
  }))
}

/**
 * A week from Monday, 00:00, of sessions: four in five are of a person who chats, the others of a script, whose length is heavy-tailed.
 * @param sessions in all, about.
 */
export function createWeek(models: readonly SimulatedModel[], sessions: number): Requests {
  const random = createRandom(seed + 1)
  const popularity = models.map((_, rank) => 1 / (rank + 1))
  const all = popularity.reduce((sum, one) => sum + one, 0)
  const requests: { readonly atMs: number; readonly model: number; readonly serviceMs: number }[] = []
  for (const [model, share] of popularity.entries()) {
    const everyMs = week / ((sessions * share) / all) / 3
    // Thinned to the hour of the day; three is more than the busiest hour has of the mean.
    for (let atMs = random.exponential(everyMs); atMs < week; atMs += random.exponential(everyMs)) {
      if (random.uniform() > activity(atMs) / 3) continue
      const isScript = random.uniform() < 0.2
      const count = isScript ? Math.min(8000, random.pareto(30, 1.2)) : 1 + random.exponential(7)
      const gapMs = isScript ? (30 * second) / (1 + 60 * random.uniform()) : 50 * second
      for (let done = 0, nextMs = atMs; done < count && nextMs < week; done += 1, nextMs += random.exponential(gapMs)) requests.push({ atMs: nextMs, model, serviceMs: random.logNormal(20 * second, 0.9) })
    }
  }
  requests.sort((a, b) => a.atMs - b.atMs)
  return { atMs: Float64Array.from(requests, ({ atMs }) => atMs), model: Uint8Array.from(requests, ({ model }) => model), serviceMs: Float32Array.from(requests, ({ serviceMs }) => serviceMs) }
}

/** Load of an hour beside the mean of all: most at two in the afternoon, a tenth of it before dawn, a third at week-ends. */
function activity(atMs: number): number {
  const day = Math.floor(atMs / (24 * hour))
  const hourOfDay = (atMs / hour) % 24
  const daily = 1 + 0.9 * Math.cos((2 * Math.PI * (hourOfDay - 14)) / 24)
  return daily * (day >= 5 ? 0.4 : 1.24)
}
