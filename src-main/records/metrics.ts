import { createCounts } from './counts'
import type { RequestOutcome } from './recorder'

export interface MetricsDeps {
  /** What runs now. */
  readonly running: () => Iterable<RequestOutcome>
  /** Whether a model is one that some cluster lists; others are counted together. */
  readonly knowsModel: (model: string) => boolean
  /** Requests that wait for a model to start, by model. */
  readonly waiting?: () => ReadonlyMap<string, number>
  readonly breakers?: () => Iterable<{ readonly cluster: string; readonly model: string; readonly state: 'closed' | 'probing' | 'open' }>
  /** Of records that could not be written. */
  readonly rowsDropped: () => number
  readonly memory?: () => NodeJS.MemoryUsage
}

export interface Metrics {
  /** Counts what ended; called for many at a time, off the path of a request. */
  observe(outcomes: readonly RequestOutcome[]): void
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>
  readonly contentType: string
}

/** Counts all the time; what writes them down is loaded when somebody first asks, as most never do. */
export function createMetrics(deps: MetricsDeps): Metrics {
  const counts = createCounts(deps.knowsModel)
  let registry: Promise<{ metrics(): Promise<string> }> | undefined
  return {
    observe: (outcomes) => counts.observe(outcomes),
    async text() {
      registry ??= import('./metrics-registry').then(({ createMetricsRegistry }) => createMetricsRegistry(counts, deps))
      return (await registry).metrics()
    },
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
  }
}
