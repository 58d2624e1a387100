import { z } from 'zod'
import type { Dispatcher } from 'undici'
import type { ClusterConfig, MaintenanceWindow } from '@shared/config/clusters'
import type { Logger } from '../core/logger'

type Announced = Pick<Extract<ClusterConfig, { kind: 'local' }>, 'name' | 'maintenance' | 'statusUrl'>

export interface Maintenance {
  /** Asks the status pages of these clusters from now on, and of no others. */
  watch(clusters: readonly ClusterConfig[]): void
  /** Why the cluster serves nothing now, in a sentence; absent: it serves. */
  reason(cluster: Announced): string | undefined
}

interface MaintenanceDeps {
  readonly agent: Dispatcher
  /** Unix milliseconds. */
  readonly now: () => number
  readonly logger: Logger
  /** Calls back over and over; returns how to stop. */
  readonly every?: (ms: number, callback: () => void) => () => void
}

const askEveryMs = 60_000
const askTimeoutMs = 10_000
const mostBytes = 64 * 1024

const told = z.union([
  z.string(),
  z.boolean(),
  z.object({ status: z.string(), reason: z.string().optional(), message: z.string().optional() }),
])
const page = z.record(z.string(), z.unknown())
const closedWords = /^(?:maintenance|down|offline|closed|outage)$/i

const realEvery = (ms: number, callback: () => void): (() => void) => {
  const timer = setInterval(callback, ms).unref()
  return () => clearInterval(timer)
}

/** Knows when a cluster is closed: by the windows of its configuration, or because its status page says so. A page that cannot be read says nothing. */
export function createMaintenance({ agent, now, logger, every = realEvery }: MaintenanceDeps): Maintenance {
  /** By URL. */
  let pages = new Map<string, unknown>()
  let stop: (() => void) | undefined

  const ask = async (url: string): Promise<void> => {
    try {
      const { origin, pathname, search } = new URL(url)
      const { statusCode, body } = await agent.request({ origin, path: pathname + search, method: 'GET', headers: { accept: 'application/json' }, signal: AbortSignal.timeout(askTimeoutMs) })
      const text = await body.text()
      if (pages.has(url)) pages.set(url, statusCode === 200 && text.length <= mostBytes ? JSON.parse(text) : undefined)
    } catch (cause) {
      logger.debug({ url, cause }, 'a status page could not be read')
      if (pages.has(url)) pages.set(url, undefined)
    }
  }

  return {
    watch(clusters) {
      const urls = new Set(clusters.flatMap((cluster) => ('statusUrl' in cluster && cluster.statusUrl !== undefined ? [cluster.statusUrl] : [])))
      pages = new Map(Array.from(urls, (url) => [url, pages.get(url)]))
      stop?.()
      const askAll = (): void => urls.forEach((url) => void ask(url))
      askAll()
      stop = urls.size === 0 ? undefined : every(askEveryMs, askAll)
    },
    reason({ name, maintenance, statusUrl }) {
      const window = maintenance.find(({ from, to }) => now() >= Date.parse(from) && now() < Date.parse(to))
      if (window !== undefined) return windowWords(window)
      return statusUrl === undefined ? undefined : pageWords(pages.get(statusUrl), name)
    },
  }
}

function windowWords({ to, reason }: MaintenanceWindow): string {
  return `${reason === undefined ? 'announced' : reason.replace(/\.$/, '')}, until ${to.replace('T', ' ')}.`
}

/** The cluster's own entry, or the page as a whole. */
function pageWords(value: unknown, cluster: string): string | undefined {
  const whole = page.safeParse(value).data
  if (whole === undefined) return undefined
  const said = told.safeParse(whole[cluster] ?? whole).data
  if (said === false) return 'its status page says so.'
  if (typeof said === 'string') return closedWords.test(said) ? 'its status page says so.' : undefined
  if (typeof said !== 'object' || !closedWords.test(said.status)) return undefined
  return said.reason ?? said.message ?? 'its status page says so.'
}
