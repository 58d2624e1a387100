import { Counter, Gauge, Histogram, Registry, type HistogramConfiguration } from 'prom-client'
import { durationBucketsS, type Counts, type Sum, type Times } from './counts'
import type { MetricsDeps } from './metrics'
import { otherModel } from './request-recorder'

const breakerValues = { closed: 0, probing: 0.5, open: 1 } as const

/** A registry of its own, whose metrics are read from what was counted when they are asked for. */
export async function createMetricsRegistry(counts: Counts, deps: MetricsDeps): Promise<Registry> {
  const registry = new Registry()
  addCounter(registry, 'first_desktop_requests_total', 'Requests that ended, by the status that the caller was told.', ['route', 'operation', 'model', 'cluster', 'status'], counts.requests)
  addCounter(registry, 'first_desktop_tokens_total', 'Tokens of prompts and completions; estimated where the place that answered did not count them.', ['kind', 'estimated', 'model', 'cluster'], counts.tokens)
  await addTimes(registry, 'first_desktop_request_duration_seconds', 'Time from a request to the end of its answer.', counts.durations)
  await addTimes(registry, 'first_desktop_time_to_first_token_seconds', 'Time from a request to the first byte of its streamed answer.', counts.firstTokens)
  addPresent(registry, counts, deps)
  addProcess(registry, deps.memory ?? (() => process.memoryUsage()))
  return registry
}

function addCounter<Label extends string>(registry: Registry, name: string, help: string, labelNames: Label[], sums: ReadonlyMap<string, Sum<Label>>): void {
  new Counter<Label>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of sums.values()) this.inc(labels, value)
    },
  })
}

const timeLabels = ['operation', 'model', 'cluster'] as const
type TimeLabel = (typeof timeLabels)[number]
/** `le` is the library's own. */
type Label = TimeLabel | 'le'
type Described = Awaited<ReturnType<Histogram<Label>['get']>>

async function addTimes(registry: Registry, name: string, help: string, times: ReadonlyMap<string, Times<TimeLabel>>): Promise<void> {
  const config = { name, help, labelNames: timeLabels, buckets: durationBucketsS, registers: [] }
  registry.registerMetric(new CountedTimes(config, await new Histogram<Label>(config).get(), times))
}

/** A histogram whose buckets were counted elsewhere: the library can only be told of one time after the other. */
class CountedTimes extends Histogram<Label> {
  readonly #described: Described
  readonly #times: ReadonlyMap<string, Times<TimeLabel>>

  constructor(config: HistogramConfiguration<Label>, described: Described, times: ReadonlyMap<string, Times<TimeLabel>>) {
    super(config)
    this.#described = described
    this.#times = times
  }

  override get(): Promise<Described> {
    return Promise.resolve({ ...this.#described, values: [...this.#times.values()].flatMap((times) => this.#values(times)) })
  }

  /** What a registry asks first when it writes text; the same without a step that makes texts shorter to build. */
  getForPromString(): Promise<Described> {
    return this.get()
  }

  #values({ labels, buckets, sumS, count }: Times<TimeLabel>): Described['values'] {
    const { name } = this.#described
    let within = 0
    return [
      ...durationBucketsS.map((le, bucket) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: (within += buckets[bucket] ?? 0) })),
      { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
      { metricName: `${name}_sum`, labels, value: sumS },
      { metricName: `${name}_count`, labels, value: count },
    ]
  }
}

function addGauge<Label extends string>(registry: Registry, name: string, help: string, labelNames: Label[], collect: (gauge: Gauge<Label>) => void): void {
  new Gauge<Label>({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset()
      collect(this)
    },
  })
}

function addPresent(registry: Registry, counts: Counts, deps: MetricsDeps): void {
  addGauge(registry, 'first_desktop_requests_in_flight', 'Requests that run now.', ['operation', 'model', 'cluster'], (inFlight) => {
    for (const outcome of deps.running()) inFlight.inc({ operation: outcome.operation ?? '', ...counts.place(outcome) })
  })
  addGauge(registry, 'first_desktop_requests_waiting', 'Requests that wait for a model to start.', ['model'], (waiting) => {
    for (const [model, count] of deps.waiting?.() ?? []) waiting.inc({ model: deps.knowsModel(model) ? model : otherModel }, count)
  })
  addGauge(registry, 'first_desktop_breaker_open', '1 where a place is left alone after failures, 0.5 while it is tried again, 0 otherwise.', ['model', 'cluster'], (breaker) => {
    for (const { model, cluster, state } of deps.breakers?.() ?? []) breaker.set({ model, cluster }, breakerValues[state])
  })
  addGauge(registry, 'first_desktop_records_dropped', 'Requests since the start whose rows could not be written; their usage is counted.', [], (dropped) => dropped.set(deps.rowsDropped()))
}

function addProcess(registry: Registry, memory: () => NodeJS.MemoryUsage): void {
  addGauge(registry, 'process_resident_memory_bytes', 'Memory of the process that is in RAM.', [], (resident) => resident.set(memory().rss))
  addGauge(registry, 'nodejs_heap_used_bytes', 'Memory that JavaScript objects use.', [], (heap) => heap.set(memory().heapUsed))
  addGauge(registry, 'nodejs_external_memory_bytes', 'Memory of buffers and the like outside the heap.', [], (external) => external.set(memory().external))
}
