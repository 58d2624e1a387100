import { listEndpointsAnswer, statusAnswer, type ListEndpointsAnswer, type StatusAnswer } from '@shared/first/endpoints'
import { placesOf, type SiteCluster, type SitePlace } from '@shared/first/from-site'
import { jobsAnswer, type JobsAnswer } from '@shared/first/jobs'
import { modelsAnswer, type ModelDetails } from '@shared/first/models'
import { createLimiter } from '../limiter'
import type { Timers } from '../local/timers'
import { createKeptAnswer, type KeptAnswer } from './kept-answer'
import type { SiteClient } from './site-client'

/** What a site says of itself at one moment. */
export interface SiteView {
  readonly clusters: readonly SiteCluster[]
  readonly places: readonly SitePlace[]
}

export interface SiteViewer {
  /** @throws FirstError where the site does not even list what it serves. */
  look(signal: AbortSignal): Promise<SiteView>
  close(): void
}

export interface SiteViewerDeps {
  readonly client: SiteClient
  readonly timers: Timers
  /** Clusters of the site that are used, best first; absent: all of them. */
  readonly wanted?: readonly string[] | undefined
  /** Something that came too late for the last look is there now. */
  readonly onLate: () => void
}

/** A look is over by then, so that whoever asked (who gives a cluster 5 s) still gets what is known. */
const lookMs = 4_000
/** Jobs of a site behind Globus Compute come by a task on its login node. */
const limitMs = 30_000
/** Questions to one site at the same time. */
const width = 4

/** Fresh for as long as the look that a late answer brings about. */
const often = { freshMs: 1_000, retryMs: 30_000, staleMs: 120_000, limitMs }
/** What a model can do changes when the site is redeployed. */
const seldom = { freshMs: 10 * 60_000, retryMs: 60_000, staleMs: 24 * 60 * 60_000, limitMs }

interface OfCluster {
  readonly jobs: KeptAnswer<JobsAnswer>
  readonly models: KeptAnswer<readonly ModelDetails[]>
}

/** Asks a site for its list, and at the same time for what else it may say; what is absent, refused or slow is left out. */
export function createSiteViewer({ client, timers, wanted, onLate }: SiteViewerDeps): SiteViewer {
  const limited = createLimiter(width)
  const status = createKeptAnswer<StatusAnswer>({ ...often, timers, onLate, ask: (signal) => limited(() => client.get('/status', statusAnswer, signal)) })
  const asked = new Map<string, OfCluster>()

  const ofCluster = (name: string): OfCluster => {
    const before = asked.get(name)
    if (before !== undefined) return before
    const path = `/${encodeURIComponent(name)}`
    const made: OfCluster = {
      jobs: createKeptAnswer({ ...often, timers, onLate, ask: (signal) => limited(() => client.get(`${path}/jobs`, jobsAnswer, signal)) }),
      models: createKeptAnswer({ ...seldom, timers, onLate, ask: (signal) => limited(() => client.get(`${path}/models`, modelsAnswer, signal)) }),
    }
    asked.set(name, made)
    return made
  }

  const used = ({ clusters }: ListEndpointsAnswer): [string, ListEndpointsAnswer['clusters'][string]][] => {
    if (wanted === undefined) return Object.entries(clusters)
    return wanted.flatMap((name) => (clusters[name] === undefined ? [] : [[name, clusters[name]]]))
  }

  return {
    async look(signal) {
      const endMs = timers.now() + lookMs
      const states = status.wait(lookMs)
      const list = await client.get('/list-endpoints', listEndpointsAnswer, signal)
      const patienceMs = Math.max(0, endMs - timers.now())
      const clusters = await Promise.all(
        used(list).map(async ([name, summary]): Promise<SiteCluster> => {
          const of = ofCluster(name)
          const [jobs, models, isUp] = await Promise.all([of.jobs.wait(patienceMs), of.models.wait(patienceMs), states.then((said) => said?.[name])])
          return { name, summary, ...(jobs !== undefined && { jobs }), ...(models !== undefined && { models }), ...(isUp !== undefined && { isInMaintenance: !isUp }) }
        }),
      )
      return { clusters, places: clusters.flatMap(placesOf) }
    },
    close() {
      status.close()
      for (const { jobs, models } of asked.values()) {
        jobs.close()
        models.close()
      }
    },
  }
}
