import type { ObservedReplica } from '@main/clusters/replica-host'
import { advance, type News } from '@main/scheduler/life'
import { plan } from '@main/scheduler/plan'
import { defaultPolicy, type Policy } from '@main/scheduler/policy'
import { learnStart, type StartTimes } from '@main/scheduler/start-times'
import { deploymentKey, isLive, isOver, type StoredReplica } from '@main/scheduler/stored-replica'
import { takeObservation } from '@main/scheduler/take-observation'
import type { Demand } from '@main/scheduler/world'
import { launchedDeployment } from '@shared/config/deployment'
import { walltimeMs } from './site'
import type { Job, PolicyUnderTest, SiteView } from './site-view'
import { hour, maintenance, perReplica, second, siteNodes, type SimulatedModel } from './week'

const cluster = 'site'

/** Our own policy: `plan`, with what it stores in memory. */
export function createPlanned(models: readonly SimulatedModel[], policy: Policy = { ...defaultPolicy, keptMs: hour }): PolicyUnderTest & { readonly evictions: () => number } {
  const deployments = models.map(({ name, nodes, max, isHot }) =>
    launchedDeployment.parse({ model: name, framework: 'vllm', hot: isHot, replicas: { min: 0, max }, resources: { nodes }, requestsPerReplica: perReplica, idleTimeoutS: 7200, walltimeS: walltimeMs / second }))
  const keys = deployments.map((deployment) => deploymentKey({ cluster, ...deployment }))
  const indexes = new Map(models.map(({ name }, index) => [name, index]))
  const terms = { startTimeoutMs: 3_600_000, policy }
  const stored = new Map<string, StoredReplica>()
  const jobs = new Map<string, Job>()
  const ids = new WeakMap<Job, string>()
  const startTimes = new Map<string, StartTimes>()
  let nextId = 0
  let evictions = 0

  const keep = (site: SiteView, next: StoredReplica): void => {
    const before = stored.get(next.id)
    if (before === next) return
    stored.set(next.id, next)
    const job = jobs.get(next.id)
    if (job !== undefined && isLive(next) !== (before !== undefined && isLive(before))) site.open(job, isLive(next))
    const key = deploymentKey(next)
    const learned = before !== undefined && !isLive(before) && isLive(next) ? learnStart(startTimes.get(key), next) : undefined
    if (learned !== undefined) startTimes.set(key, learned)
  }
  const tell = (site: SiteView, id: string, news: News): void => {
    const replica = stored.get(id)
    if (replica !== undefined) keep(site, advance(replica, news, terms))
  }
  const demandOf = (site: SiteView, model: number): Demand => ({
    queued: site.waiting(model), oldestWaitMs: site.oldestWaitMs(model), inFlight: site.inFlight(model), peak: site.peak(model, policy.calmMs), lastRequestMs: site.lastRequestMs(model),
  })

  return {
    everyMs: 20 * second,
    reloads: 0,
    opensItself: false,
    evictions: () => evictions,
    act(site) {
      const { nowMs } = site
      const observation = { atMs: nowMs, replicas: [...Array.from(site.jobs), ...site.ended].map((job) => observed(job, ids.get(job) ?? '')) }
      const present = [...stored.values()].filter((replica) => !isOver(replica))
      for (const replica of takeObservation(present, observation, () => terms)) keep(site, replica)
      for (const { id, state, baseUrl } of present) if (state === 'starting' && baseUrl !== undefined) tell(site, id, { kind: 'probed', atMs: nowMs, baseUrl, isReady: jobs.get(id)?.isReady === true })
      const actions = plan(
        {
          nowMs, bootedAtMs: 0, clusters: [{ name: cluster, deployments, observation, maxNodes: siteNodes, isClosed: nowMs >= maintenance.fromMs && nowMs < maintenance.toMs }], stored: [...stored.values()],
          demand: new Map(keys.map((key, model) => [key, demandOf(site, model)])), inFlight: new Map(Array.from(site.jobs, (job) => [ids.get(job) ?? '', job.requests.size])), batches: [], overrides: [], startTimes, busy: new Set(), stopsAsked: new Map(),
        },
        { newId: () => `fd-${String(nextId++).padStart(12, '0')}`, policy },
      )
      for (const action of actions) {
        switch (action.kind) {
          case 'start': {
            const job = site.submit(indexes.get(action.replica.model) ?? 0)
            jobs.set(action.replica.id, job)
            ids.set(job, action.replica.id)
            keep(site, action.replica)
            tell(site, action.replica.id, { kind: 'started', atMs: nowMs, handle: String(job.id) })
            break
          }
          case 'drain':
            if (action.reason === 'Another model needed its place.') evictions += 1
            tell(site, action.replica.id, { kind: 'drained', atMs: nowMs, reason: action.reason })
            break
          case 'stop': {
            const job = jobs.get(action.id)
            if (job !== undefined) site.cancel(job)
            tell(site, action.id, { kind: 'stopAsked', atMs: nowMs })
            break
          }
          case 'forget':
            stored.delete(action.replica.id)
            jobs.delete(action.replica.id)
            break
          case 'adopt':
            throw new Error('nothing is lost here, so nothing is adopted')
        }
      }
    },
  }
}

function observed(job: Job, id: string): ObservedReplica {
  const handle = String(job.id)
  if (job.state === 'queued') return { id, handle, state: 'queued' }
  const ran = { id, handle, startedAtMs: job.startedAtMs, endsAtMs: job.startedAtMs + walltimeMs }
  return job.state === 'running' ? { ...ran, state: 'running', baseUrl: `http://node-${handle}/v1` } : { ...ran, state: 'ended', reason: job.reason }
}
