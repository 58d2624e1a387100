import type { Dispatcher } from 'undici'
import type { FirstClusterConfig } from '@shared/config/clusters'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { FirstError } from '@shared/errors'
import { jobsOf, modelOfPlaces, type SitePlace } from '@shared/first/from-site'
import { freeNodes } from '@shared/first/jobs'
import type { RefusedFields } from '../../storage/refused-fields'
import type { ClusterAdapter, Lease } from '../cluster-adapter'
import type { Timers } from '../local/timers'
import { problemOf, type Problem } from '../problem'
import { orderPlaces } from './choose-place'
import { createFirstProfile } from './profile'
import { createSiteClient } from './site-client'
import { createSiteViewer, type SiteView } from './site-view'
import { createStaticToken, type TokenSource } from './token-source'

export interface FirstDeps {
  readonly agent: Dispatcher
  /** The secret that a reference such as `${env:NAME}` stands for; throws `secret_unreadable`. */
  readonly secret: (reference: string) => string
  readonly refusedFields: RefusedFields
  readonly timers: Timers
  /** Default: the token that the configuration names. */
  readonly tokens?: TokenSource
}

const noView: SiteView = { clusters: [], places: [] }
const keyOf = ({ framework, model }: { readonly framework: string; readonly model: string }): string => `${framework} ${model}`

/** Another FIRST gateway: a site, whose own clusters are one cluster here. */
export function createFirstAdapter(config: FirstClusterConfig, { agent, secret, refusedFields, timers, tokens = createStaticToken(config.name, config.token, secret) }: FirstDeps): ClusterAdapter {
  const { name } = config
  const baseUrl = config.url.replace(/\/+$/, '')
  const listeners = new Set<() => void>()
  const client = createSiteClient({ agent, baseUrl, cluster: name, tokens })
  const viewer = createSiteViewer({ client, timers, wanted: config.clusters, onLate: () => listeners.forEach((listener) => listener()) })
  const leases = new Map<SitePlace['siteCluster'], number>()
  let view = noView
  let takenAtMs = 0

  const inFlight = ({ siteCluster }: SitePlace): number => leases.get(siteCluster) ?? 0
  let byModel = new Map<string, SitePlace[]>()

  const look = async (signal: AbortSignal): Promise<void> => {
    view = await viewer.look(signal)
    tokens.accepted?.()
    byModel = new Map()
    for (const place of view.places) byModel.set(keyOf(place), [...(byModel.get(keyOf(place)) ?? []), place])
  }

  const snapshot = (problem?: Problem): ClusterSnapshot => {
    const jobs = view.clusters.flatMap((cluster) => (cluster.jobs === undefined ? [] : [cluster.jobs]))
    const free = jobs.flatMap((answer) => freeNodes(answer) ?? [])
    const isInMaintenance = view.clusters.length > 0 && view.clusters.every((cluster) => cluster.isInMaintenance === true)
    return {
      name,
      kind: 'first',
      url: baseUrl,
      isReachable: problem === undefined,
      ...problem,
      models: Array.from(byModel.values(), (places) => modelOfPlaces(name, orderPlaces(places, () => 0))),
      ...(jobs.length > 0 && { jobs: jobs.flatMap(jobsOf) }),
      ...(free.length > 0 && { nodes: { free: free.reduce((sum, count) => sum + count, 0) } }),
      ...(isInMaintenance && { isInMaintenance }),
      takenAtMs,
    }
  }

  const lease = (place: SitePlace, token: string): Lease => {
    const { siteCluster, framework, model, operations } = place
    let isHeld = true
    leases.set(siteCluster, inFlight(place) + 1)
    return {
      baseUrl: `${baseUrl}/${encodeURIComponent(siteCluster)}/${framework}/v1`,
      headers: { authorization: `Bearer ${token}` },
      model,
      profile: createFirstProfile(name, operations, { refusedFields, tokens, token }),
      release() {
        if (isHeld) leases.set(siteCluster, inFlight(place) - 1)
        isHeld = false
      },
    }
  }

  return {
    kind: 'first',
    name,
    async describe(signal) {
      try {
        await look(signal)
        takenAtMs = timers.now()
        return snapshot()
      } catch (cause) {
        if (!(cause instanceof FirstError)) throw cause
        return snapshot(problemOf(cause))
      }
    },
    async acquire(deployment, signal) {
      signal.throwIfAborted()
      // A request may come before the first look at the site is over, with a model known from an earlier start.
      if (view === noView) await look(signal)
      const [place] = orderPlaces(byModel.get(keyOf(deployment)) ?? [], inFlight)
      if (place === undefined) throw new FirstError('model_not_found', `The site of the cluster "${name}" does not serve the model "${deployment.model}" with ${deployment.framework} any more.`, { param: 'model' })
      if (place.status === 'maintenance') throw new FirstError('cluster_under_maintenance', `The site of the cluster "${name}" is under maintenance.`)
      const token = await tokens.token()
      signal.throwIfAborted()
      return lease(place, token)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      viewer.close()
      return Promise.resolve()
    },
  }
}
