import type { BatchEstimate } from '@shared/domain/batch-rows'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { framework, type Framework } from '@shared/domain/model'
import { roughly } from '@renderer/ui/format'

/** Milliseconds that a place would take for so many requests; undefined where nothing was measured there. */
export function takesMs({ requestsPerS }: Pick<BatchEstimate, 'requestsPerS'>, requests: number): number | undefined {
  return requestsPerS === undefined || requestsPerS <= 0 ? undefined : (requests / requestsPerS) * 1000
}

/** `about 40 min`; where nothing was measured, that. */
export function takesWords(ms: number | undefined): string {
  if (ms === undefined) return 'not measured yet'
  return ms < 60_000 ? 'less than a minute' : `about ${roughly(ms)}`
}

/** The places of models, with nothing measured. */
export function servedBy(clusters: readonly Pick<ClusterSnapshot, 'name' | 'models'>[], models: readonly string[]): readonly BatchEstimate[] {
  return clusters.flatMap(({ name, models: served }) =>
    served.filter(({ id }) => models.includes(id)).map((model) => ({ cluster: name, model: model.id, framework: model.framework, status: model.status, ...(model.capacity !== undefined && { capacity: model.capacity }) })),
  )
}

export interface PlaceOption {
  /** Empty: wherever it is served. */
  readonly key: string
  readonly cluster?: string
  readonly framework?: Framework | undefined
  readonly estimates: readonly BatchEstimate[]
  /** Milliseconds; undefined: not measured. */
  readonly takes: number | undefined
}

/** The places that a batch can go to; the first stands for all of them together. */
export function placeOptions(estimates: readonly BatchEstimate[], requests: number): readonly PlaceOption[] {
  const places = new Map<string, BatchEstimate[]>()
  for (const each of estimates) {
    const key = `${each.cluster} ${each.framework}`
    places.set(key, [...(places.get(key) ?? []), each])
  }
  const options = [...places].map(([key, all]): PlaceOption => {
    const [first] = all
    // A place that serves several of its models shares them out.
    const measured = all.flatMap(({ requestsPerS }) => requestsPerS ?? [])
    return {
      key,
      ...(first && { cluster: first.cluster, framework: framework.safeParse(first.framework).data }),
      estimates: all,
      takes: measured.length === 0 ? undefined : takesMs({ requestsPerS: Math.max(...measured) }, requests),
    }
  })
  const together = options.flatMap(({ estimates: all }) => Math.max(0, ...all.map(({ requestsPerS }) => requestsPerS ?? 0))).reduce((sum, each) => sum + each, 0)
  return [{ key: '', estimates, takes: takesMs({ requestsPerS: together }, requests) }, ...options.sort((one, other) => (one.takes ?? Infinity) - (other.takes ?? Infinity) || one.key.localeCompare(other.key))]
}
