import type { Batch } from '@shared/domain/batch'
import type { BatchEstimate } from '@shared/domain/batch-rows'
import type { ModelInfo } from '@shared/domain/model'
import type { UsageRow } from '@shared/domain/records'
import { FirstError } from '@shared/errors'
import type { RequestRecords } from '../records/request-records'

interface EstimateDeps {
  /** The places of a model or an alias. @throws FirstError where it has none */
  readonly places: (model: string) => readonly { readonly cluster: string; readonly info: ModelInfo }[]
  readonly records: Pick<RequestRecords, 'usage'>
  /** Newest first. */
  readonly batches: () => Iterable<Batch>
  /** Unix milliseconds. */
  readonly clock: () => number
}

const lookBackMs = 7 * 24 * 60 * 60 * 1000
/** Fewer say little. */
const fewestRequests = 20

/**
 * What each place that serves a model would take: as fast as the last batch there was, or, where there was none, as many requests at once as the
 * place takes, each as long as its requests of the last days. Where neither is known, nothing is said.
 */
export async function estimateBatches(models: readonly string[], { places, records, batches, clock }: EstimateDeps): Promise<BatchEstimate[]> {
  const estimates = models.map(async (model) => {
    const found = placesOf(model, places)
    const served = [...new Set(found.map(({ info }) => info.id))]
    const usage = new Map(await Promise.all(served.map(async (id) => [id, await records.usage({ by: 'cluster', model: id, fromMs: Math.max(0, clock() - lookBackMs), toMs: clock() })] as const)))
    return found.map(({ cluster, info }): BatchEstimate => {
      const used = usage.get(info.id)?.find(({ id }) => id === cluster)
      const capacity = info.batchReplica?.capacity ?? info.capacity
      const requestsPerS = rateOfBatches(batches(), cluster, new Set([model, info.id])) ?? rateOfRequests(used, capacity)
      const tokens = tokensOf(used)
      return {
        cluster,
        model,
        framework: info.framework,
        status: info.status,
        ...(capacity !== undefined && { capacity }),
        ...(requestsPerS !== undefined && { requestsPerS, ...(tokens !== undefined && { tokensPerS: requestsPerS * tokens }) }),
      }
    })
  })
  return (await Promise.all(estimates)).flat()
}

function placesOf(model: string, places: EstimateDeps['places']): ReturnType<EstimateDeps['places']> {
  try {
    return places(model)
  } catch (cause) {
    // There is none now, which is no mistake of who asks.
    if (cause instanceof FirstError) return []
    throw cause
  }
}

/** Of the last batch whose results all came from one cluster; a minute of one that runs is as good as the whole of one that ran. */
function rateOfBatches(batches: Iterable<Batch>, cluster: string, models: ReadonlySet<string>): number | undefined {
  for (const batch of batches) {
    const { byCluster = {}, completed, inProgressAtMs, endedAtMs, requestsPerS } = batch
    const isThere = Object.keys(byCluster).every((name) => name === cluster) && batch.models.every((model) => models.has(model))
    if (!isThere || completed < fewestRequests || inProgressAtMs === undefined || batch.isPaused) continue
    if (endedAtMs === undefined) {
      if (requestsPerS !== undefined && requestsPerS > 0) return requestsPerS
    } else if (endedAtMs > inProgressAtMs) return (completed * 1000) / (endedAtMs - inProgressAtMs)
  }
  return undefined
}

/** Little's law: those that are there at once, by the time that each is there. */
function rateOfRequests(used: UsageRow | undefined, capacity: number | undefined): number | undefined {
  const eachMs = used?.p50TotalMs
  return eachMs === undefined || eachMs <= 0 || capacity === undefined ? undefined : (capacity * 1000) / eachMs
}

/** A request's, in and out. */
function tokensOf(used: UsageRow | undefined): number | undefined {
  if (used === undefined || used.requests <= used.failures) return undefined
  return (used.promptTokens + used.completionTokens) / (used.requests - used.failures)
}
