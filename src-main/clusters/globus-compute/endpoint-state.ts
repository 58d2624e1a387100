import type { ModelStatus } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { Timers } from '../local/timers'
import type { StatusAnswer } from './answers'

/** FIRST keeps a state for 60 s (wire/globus.md, section 3); one that lets nobody in is asked for sooner. */
const freshMs = 60_000
const retryMs = 10_000
/** One question takes at most this long. */
const askMs = 30_000
/** For so long a request that found no nodes is taken to be bringing some. */
const startMs = 600_000
const loadingRetryS = 30

/** What an endpoint says of itself, and since when nodes are waited for. */
export interface EndpointState {
  /** Asks anew. */
  ask(signal: AbortSignal): Promise<void>
  /** Of each model on it. */
  models(): { readonly status: ModelStatus; readonly reason?: string; readonly requestedAtMs?: number }
  /** Asks where what is known is old. @throws FirstError `upstream_unreachable` while it is offline, `model_loading` while nodes are on their way */
  enter(signal: AbortSignal): Promise<void>
  /** A task had its end there. */
  ran(): void
}

export function createEndpointState(cluster: string, question: (signal: AbortSignal) => Promise<StatusAnswer>, timers: Timers): EndpointState {
  let last: { readonly answer: StatusAnswer; readonly atMs: number } | undefined
  let triggeredAtMs: number | undefined
  let asking: Promise<void> | undefined

  const ask = async (signal: AbortSignal): Promise<void> => {
    const answer = await question(signal)
    last = { answer, atMs: timers.now() }
    if (hasNodes(answer)) triggeredAtMs = undefined
  }
  const isStarting = (): boolean => triggeredAtMs !== undefined && timers.now() - triggeredAtMs < startMs

  return {
    ask,
    models() {
      if (last === undefined) return { status: 'unknown' }
      const { answer } = last
      if (answer.status !== 'online') return { status: 'offline', reason: 'The endpoint of Globus Compute is offline.' }
      if (hasNodes(answer)) return { status: 'live' }
      if (isStarting() && triggeredAtMs !== undefined) return { status: 'starting', reason: 'It waits for nodes of the cluster.', requestedAtMs: triggeredAtMs }
      if ((answer.details?.pending_tasks ?? 0) > 0) return { status: 'queued', reason: 'Other requests wait for nodes of the cluster.' }
      return { status: 'offline', reason: 'No node is up; the next request asks for one.' }
    },
    async enter(signal) {
      if (last === undefined || timers.now() - last.atMs >= (hasNodes(last.answer) ? freshMs : retryMs)) {
        // Many that come at once ask once; each leaves by its own signal.
        asking ??= ask(AbortSignal.timeout(askMs)).finally(() => (asking = undefined))
        await Promise.race([asking, leaving(signal)])
      }
      const answer = last?.answer
      if (answer === undefined || answer.status !== 'online') throw new FirstError('upstream_unreachable', `The endpoint of the cluster "${cluster}" is offline at Globus Compute.`, { action: 'Ask its owner to start it, or choose a model on another cluster.' })
      if (hasNodes(answer)) return
      if (isStarting()) throw new FirstError('model_loading', `The cluster "${cluster}" is waiting for nodes, which an earlier request asked for.`, { retryAfterS: loadingRetryS })
      triggeredAtMs = timers.now()
    },
    ran() {
      triggeredAtMs = undefined
    },
  }
}

/** An endpoint that does not count its managers starts what it needs by itself. */
const hasNodes = ({ status, details }: StatusAnswer): boolean => status === 'online' && details?.managers !== 0

const leaving = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
