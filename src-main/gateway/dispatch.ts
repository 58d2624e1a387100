import { toFirstError, type FirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { Candidate, Directory } from '../federation/directory'
import type { Call } from './call'
import type { ChatRequest } from './chat-request'
import type { Connections } from './connections'
import { forward, type UpstreamTimeouts } from './forward'
import type { RequestRecord } from './record'
import { RefusedByUpstream, wasRefused } from './upstream-errors'

export interface DispatchDeps {
  readonly directory: Directory
  readonly connections: Connections
  readonly timeouts: UpstreamTimeouts
  readonly logger: Logger
}

export type Dispatch = (candidates: readonly Candidate[], asked: ChatRequest, call: Call, record: RequestRecord) => Promise<void>

/**
 * Sends the request to the first candidate that takes it. A failure before the first byte went out moves on to the next; after it, never.
 * @throws FirstError of the last candidate; the reason of the call's signal when the caller left.
 */
export function createDispatch({ directory, connections, timeouts, logger }: DispatchDeps): Dispatch {
  /** A model of this machine may have ended a moment ago, and is started again for whoever asks. */
  const send = async (candidate: Candidate, asked: ChatRequest, call: Call, record: RequestRecord, mayAskAgain = true): Promise<void> => {
    const lease = await directory.acquire(candidate, call.signal)
    try {
      await forward(connections, timeouts, { lease, cluster: candidate.cluster, asked, call, record })
      return
    } catch (cause) {
      if (!mayAskAgain || !wasRefused(cause) || (await lease.hasEnded?.()) !== true) throw cause
    } finally {
      lease.release()
    }
    await send(candidate, asked, call, record, false)
  }

  const attempt = async (candidate: Candidate, asked: ChatRequest, call: Call, record: RequestRecord): Promise<FirstError | undefined> => {
    const { cluster } = candidate
    try {
      await send(candidate, asked, call, record)
      return undefined
    } catch (cause) {
      call.signal.throwIfAborted()
      const error = toFirstError(cause)
      logger.warn({ requestId: call.id, cluster, model: asked.model, code: error.code, cause: error.cause ?? error.message }, 'an attempt failed')
      if (call.response.headersSent || isCallersOwn(error)) throw error
      return error
    }
  }

  return async (candidates, asked, call, record) => {
    let failure: FirstError | undefined
    for (const candidate of candidates) {
      record.attempt(candidate.cluster)
      failure = await attempt(candidate, asked, call, record)
      if (failure === undefined) return
    }
    if (failure !== undefined) throw failure
  }
}

/** What is wrong with the request itself is wrong everywhere, and a mistake of ours is not repeated. */
const isCallersOwn = (error: FirstError): boolean => error instanceof RefusedByUpstream || error.code === 'internal_error'
