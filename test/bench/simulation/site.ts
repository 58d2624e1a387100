import { createEventQueue } from './event-queue'
import { createRandom } from './random'
import type { Job, Outcome, PolicyUnderTest, SiteView } from './site-view'
import { hour, maintenance, minute, perReplica, second, siteNodes, week, type Requests, type SimulatedModel } from './week'

type Event = { readonly kind: 'tick' } | { readonly kind: 'eligible' | 'loaded' | 'broken' | 'walltime'; readonly job: Job; readonly load: number } | { readonly kind: 'answered'; readonly job: Job; readonly request: number }

export const walltimeMs = 24 * hour
const firstTokenMs = 0.4 * second
const loadFailures = 0.03
/** Mean time until a node takes its job down. */
const nodeFailureMs = 60 * 24 * hour

/** Runs a week of requests on the site under a policy: jobs get nodes first come, first served. */
export function simulate(models: readonly SimulatedModel[], requests: Requests, policy: PolicyUnderTest): Outcome {
  const random = createRandom(7)
  const events = createEventQueue<Event>()
  const jobs = new Set<Job>()
  const byModel = models.map(() => new Set<Job>())
  const line: Job[] = []
  let ended: Job[] = []
  const queues = models.map(() => ({ items: [] as number[], head: 0 }))
  const inFlight = models.map(() => 0)
  const lastRequest = models.map((): number | undefined => undefined)
  const peaks = models.map(() => new Float64Array(60))
  const peakMinutes = models.map(() => new Float64Array(60).fill(-1))
  const waits = new Float64Array(requests.atMs.length).fill(-1)
  const isCold = new Uint8Array(requests.atMs.length)
  let nowMs = 0
  let freeNodes = siteNodes
  let nodeMs = 0
  let starts = 0
  let cut = 0
  let dropped = 0

  const inMaintenance = (): boolean => nowMs >= maintenance.fromMs && nowMs < maintenance.toMs
  const waiting = (model: number): number => (queues[model]?.items.length ?? 0) - (queues[model]?.head ?? 0)
  const count = (model: number): void => {
    const nowMinute = Math.floor(nowMs / minute)
    const slot = nowMinute % 60
    const load = waiting(model) + (inFlight[model] ?? 0)
    const known = peaks[model]
    const minutes = peakMinutes[model]
    if (known === undefined || minutes === undefined) return
    known[slot] = minutes[slot] === nowMinute ? Math.max(known[slot] ?? 0, load) : load
    minutes[slot] = nowMinute
    lastRequest[model] = nowMs
  }
  const isUp = (model: number): boolean => {
    for (const { isOpen } of byModel[model] ?? []) if (isOpen) return true
    return false
  }
  const openJob = (model: number): Job | undefined => {
    let best: Job | undefined
    for (const job of byModel[model] ?? []) if (job.isOpen && job.requests.size < perReplica && (best === undefined || job.requests.size < best.requests.size)) best = job
    return best
  }
  const serve = (job: Job, request: number): void => {
    if ((waits[request] ?? 0) < 0) waits[request] = nowMs - (requests.atMs[request] ?? 0)
    job.requests.add(request)
    job.usedAtMs = nowMs
    inFlight[job.model] = (inFlight[job.model] ?? 0) + 1
    events.put(nowMs + (requests.serviceMs[request] ?? 0), { kind: 'answered', job, request })
  }
  const dispatch = (model: number): void => {
    const queue = queues[model]
    while (queue !== undefined && queue.head < queue.items.length) {
      const job = openJob(model)
      if (job === undefined) return
      serve(job, queue.items[queue.head++] ?? 0)
      if (queue.head > 4096) {
        queue.items.splice(0, queue.head)
        queue.head = 0
      }
    }
  }
  const end = (job: Job, reason: string): void => {
    if (job.state === 'ended') return
    if (job.state === 'running') {
      freeNodes += job.nodes
      nodeMs += job.nodes * (nowMs - job.startedAtMs)
    } else if (line.includes(job)) line.splice(line.indexOf(job), 1)
    Object.assign(job, { state: 'ended', endedAtMs: nowMs, isReady: false, isOpen: false, reason })
    jobs.delete(job)
    byModel[job.model]?.delete(job)
    ended.push(job)
    cut += job.requests.size
    inFlight[job.model] = (inFlight[job.model] ?? 0) - job.requests.size
    queues[job.model]?.items.push(...job.requests)
    job.requests.clear()
    dispatch(job.model)
    allocate()
  }
  const load = (job: Job): void => {
    const model = models[job.model]
    const loadMs = random.logNormal(model?.loadMs ?? 0, 0.08)
    const fails = random.uniform() < loadFailures
    events.put(nowMs + (fails ? loadMs * random.uniform() : loadMs), { kind: fails ? 'broken' : 'loaded', job, load: ++job.loads })
  }
  const allocate = (): void => {
    while (!inMaintenance() && line[0] !== undefined && line[0].nodes <= freeNodes) {
      const job = line.shift()
      if (job === undefined) return
      freeNodes -= job.nodes
      Object.assign(job, { state: 'running', startedAtMs: nowMs })
      events.put(nowMs + walltimeMs, { kind: 'walltime', job, load: 0 })
      load(job)
    }
  }
  const view: SiteView = {
    get nowMs() { return nowMs },
    jobs,
    get ended() { return ended },
    waiting,
    inFlight: (model) => inFlight[model] ?? 0,
    oldestWaitMs: (model) => (waiting(model) === 0 ? 0 : nowMs - (requests.atMs[queues[model]?.items[queues[model].head] ?? 0] ?? nowMs)),
    lastRequestMs: (model) => lastRequest[model],
    peak(model, ms) {
      const nowMinute = Math.floor(nowMs / minute)
      let most = waiting(model) + (inFlight[model] ?? 0)
      for (let slot = 0; slot < 60; slot += 1) if ((peakMinutes[model]?.[slot] ?? -1) >= nowMinute - ms / minute) most = Math.max(most, peaks[model]?.[slot] ?? 0)
      return most
    },
    submit(model) {
      const job: Job = { id: starts++, model, nodes: models[model]?.nodes ?? 1, submittedAtMs: nowMs, state: 'queued', startedAtMs: 0, endedAtMs: 0, isReady: false, isOpen: false, requests: new Set(), usedAtMs: nowMs, loads: 0, reason: '' }
      jobs.add(job)
      byModel[model]?.add(job)
      events.put(nowMs + random.logNormal(40 * second, 1), { kind: 'eligible', job, load: 0 })
      return job
    },
    cancel: (job) => end(job, ''),
    open(job, isOpen) {
      job.isOpen = isOpen && job.isReady
      if (job.isOpen) dispatch(job.model)
    },
  }
  const happen = (event: Event): void => {
    if (event.kind === 'tick') {
      if (inMaintenance()) for (const job of [...jobs]) if (job.state === 'running') end(job, 'maintenance')
      ended = ended.filter(({ endedAtMs }) => nowMs - endedAtMs < 10 * minute)
      allocate()
      policy.act(view)
      if (nowMs < week) events.put(nowMs + policy.everyMs, event)
      return
    }
    const { job } = event
    if (job.state === 'ended') return
    switch (event.kind) {
      case 'eligible':
        line.push(job)
        allocate()
        break
      case 'loaded':
        job.isReady = true
        job.usedAtMs = nowMs
        events.put(nowMs + random.exponential(nodeFailureMs / job.nodes), { kind: 'broken', job, load: -1 })
        if (policy.opensItself) view.open(job, true)
        break
      case 'broken':
        if (event.load > 0 && event.load <= policy.reloads) load(job)
        else end(job, 'failed')
        break
      case 'walltime':
        end(job, 'walltime')
        break
      case 'answered':
        if (!job.requests.delete(event.request)) break
        inFlight[job.model] = (inFlight[job.model] ?? 0) - 1
        job.usedAtMs = nowMs
        count(job.model)
        dispatch(job.model)
    }
  }

  events.put(0, { kind: 'tick' })
  for (let next = 0; next < requests.atMs.length || events.nextMs() < week;) {
    const comesMs = requests.atMs[next] ?? Infinity
    if (events.nextMs() <= comesMs) {
      nowMs = events.nextMs()
      const event = events.take()
      if (event !== undefined) happen(event)
      continue
    }
    nowMs = comesMs
    const request = next++
    const model = requests.model[request] ?? 0
    if (inMaintenance()) {
      dropped += 1
      continue
    }
    isCold[request] = isUp(model) ? 0 : 1
    queues[model]?.items.push(request)
    count(model)
    dispatch(model)
    count(model)
  }
  nowMs = week
  for (const job of [...jobs]) if (job.state === 'running') nodeMs += job.nodes * (nowMs - job.startedAtMs)
  const answered = [...waits.keys()].filter((request) => (waits[request] ?? -1) >= 0)
  return {
    firstTokenMs: answered.map((request) => (waits[request] ?? 0) + firstTokenMs),
    coldWaitsMs: answered.filter((request) => isCold[request] === 1).map((request) => waits[request] ?? 0),
    nodeHours: nodeMs / hour, starts, cut, unanswered: requests.atMs.length - dropped - answered.length,
  }
}
