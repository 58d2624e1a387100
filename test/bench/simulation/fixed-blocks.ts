import { hour, perReplica, second, type SimulatedModel } from './week'
import type { Job, PolicyUnderTest } from './site-view'

const idleMs = 2 * hour

/**
 * As FIRST's sites run models on Globus Compute (wire/first.md, "Scheduling of a model on a cluster"): each model between its fixed least and
 * most blocks; more of them when requests outnumber their places; one that was idle for two hours goes; one that reaches its walltime ends.
 */
export function createFixedBlocks(models: readonly SimulatedModel[]): PolicyUnderTest {
  return {
    everyMs: 10 * second,
    reloads: 2,
    opensItself: true,
    act(site) {
      const blocks = models.map((): Job[] => [])
      for (const job of site.jobs) blocks[job.model]?.push(job)
      for (const [model, { isHot, max }] of models.entries()) {
        const own = blocks[model] ?? []
        const least = isHot ? 1 : 0
        const load = site.waiting(model) + site.inFlight(model)
        const wanted = Math.max(least, Math.min(max, Math.ceil(load / perReplica)))
        for (let count = own.length; count < wanted; count += 1) site.submit(model)
        let left = own.length
        for (const job of own) {
          if (left <= least) break
          const isIdle = job.isReady ? job.requests.size === 0 && site.nowMs - job.usedAtMs >= idleMs : load === 0 && site.nowMs - job.submittedAtMs >= idleMs
          if (!isIdle) continue
          site.cancel(job)
          left -= 1
        }
      }
    },
  }
}
