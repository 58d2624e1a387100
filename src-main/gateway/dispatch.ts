import { toFirstError, type FirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { Choice } from '../federation/choice'
import type { Candidate, Directory } from '../federation/directory'
import { passes, type WaitingRoom } from '../federation/waiting-room'
import { answerHeaders } from './answer-headers'
import type { Caller } from './call'
import type { Connections } from './connections'
import { forward, type UpstreamTimeouts } from './forward'
import type { InferenceRequest } from './inference-request'
import { passageTo, type Passage } from './passage'
import type { RequestRecord } from './record'
import { FieldsRefused, PathMissing, RefusedByUpstream, wasRefused } from './upstream-errors'

export interface DispatchDeps {
  readonly directory: Directory
  readonly choice: Choice
  readonly waitingRoom: WaitingRoom
  readonly connections: Connections
  readonly timeouts: UpstreamTimeouts
  readonly logger: Logger
  /** Unix milliseconds. */
  readonly clock: () => number
}

export interface Errand {
  /** Where the request may go; never empty. */
  readonly candidates: readonly Candidate[]
  /** The same, as things are by then. */
  readonly findAgain: () => readonly Candidate[]
  readonly asked: InferenceRequest
  /** What its conversation is known by, so that it meets the place that has it cached. */
  readonly affinity: string | undefined
  readonly call: Caller
  /** Milliseconds after which the caller gives up where no answer has begun, if that is known. */
  readonly patienceMs: number | undefined
  readonly record: RequestRecord
  /** Go out with the answer besides who served it. */
  readonly headers: Readonly<Record<string, string>>
}

export type Dispatch = (errand: Errand) => Promise<void>

/**
 * Sends the request to the first place that takes it. A failure before the first byte of an answer moves on to the next; after it, never.
 * While every place only asks for patience the request waits, within the time that the caller and the configuration give it.
 * @throws FirstError of the last place; the reason of the call's cancellation when the caller left.
 */
export function createDispatch({ directory, choice, waitingRoom, connections, timeouts, logger, clock }: DispatchDeps): Dispatch {
  /** A model of this machine may have ended a moment ago, and a place may refuse fields by name, lack a path or want a fresh token: each is asked once more. */
  const send = async (candidate: Candidate, errand: Errand, headersMs: number, onFirstByte: () => void, mayAskAgain = true): Promise<void> => {
    const { call, asked, record } = errand
    const lease = directory.leaseNow(candidate) ?? (await directory.acquire(candidate, call.cancellation.signal))
    let passage: Passage | undefined
    try {
      passage = passageTo(lease, candidate.info, asked, { requestId: call.id, nowMs: clock() })
      const headers = { ...errand.headers, ...answerHeaders(candidate.cluster, record.attempts, passage.dropped) }
      await forward(connections, timeouts, { lease, headersMs, passage, asked, call, record, cluster: candidate.cluster, headers, onFirstByte })
      return
    } catch (cause) {
      if (!mayAskAgain || call.outlet.isCommitted) throw cause
      const operation = passage?.operation ?? asked.operation
      const hasOtherWay = cause instanceof PathMissing && lease.profile?.unserved?.(operation) === true
      if (cause instanceof FieldsRefused && lease.profile !== undefined) lease.profile.learn(operation, cause.fields)
      else if (lease.profile?.isRenewed?.() !== true && !hasOtherWay && (!wasRefused(cause) || (await lease.hasEnded?.()) !== true)) throw cause
    } finally {
      lease.release()
    }
    await send(candidate, errand, headersMs, onFirstByte, false)
  }

  /** @returns what failed, where another place may do better. */
  const attempt = async (candidate: Candidate, errand: Errand, headersMs: number): Promise<FirstError | undefined> => {
    const { call, asked } = errand
    const flight = choice.begin(candidate, errand.affinity, isStreamedBy(candidate, asked), call.batch !== undefined)
    try {
      await send(candidate, errand, headersMs, () => flight.firstByte())
      flight.end('served')
      return undefined
    } catch (cause) {
      if (call.cancellation.reason !== undefined) {
        flight.end('left')
        throw call.cancellation.reason
      }
      const error = toFirstError(cause)
      flight.end(error instanceof RefusedByUpstream ? 'served' : error)
      logger.warn({ requestId: call.id, cluster: candidate.cluster, model: asked.model, code: error.code, cause: error.cause ?? error.message }, 'an attempt failed')
      if (call.outlet.isCommitted || isCallersOwn(error)) throw error
      return error
    }
  }

  /** @param coming where the model is being started for this request, and what was said of that; for the next round */
  const round = async (errand: Errand, candidates: readonly Candidate[], coming: { key?: string; said?: FirstError }): Promise<FirstError | undefined> => {
    const rest = choice.resting(candidates)
    if (rest !== undefined) return rest
    if (!candidates.some((candidate) => candidate.key === coming.key && !isLive(candidate))) delete coming.key
    const order = withoutOthers(choice.order(candidates, errand.affinity), coming.key)
    let failure = order.length === 0 ? coming.said : undefined
    for (const [index, candidate] of order.entries()) {
      if (coming.key !== undefined && coming.key !== candidate.key && !isLive(candidate)) continue
      errand.record.attempt(candidate)
      const hasOther = isStreamedBy(candidate, errand.asked) && isLive(candidate) && order[index + 1]?.info.status === 'live'
      const failed = await attempt(candidate, errand, hasOther ? Math.min(timeouts.slowStartMs, timeouts.headersMs) : timeouts.headersMs)
      if (failed === undefined) return undefined
      if (failed.code === 'model_loading' && !isLive(candidate)) Object.assign(coming, { key: candidate.key, said: failed })
      else if (coming.key === candidate.key) delete coming.key
      // That a place needs patience says more than that another is broken.
      failure = failure !== undefined && passes(failure) ? failure : failed
    }
    return failure
  }

  return async (errand) => {
    const { call, asked, record, patienceMs } = errand
    const sinceMs = clock()
    // A client gives up on an answer that has not begun: one that is kept alive has.
    const endMs = patienceMs === undefined || (asked.isStreamed && timeouts.keepAliveMs < patienceMs) ? Infinity : sinceMs + patienceMs
    if (asked.isStreamed) call.outlet.keepAlive(timeouts.keepAliveMs)
    const coming = {}
    let { candidates } = errand
    for (;;) {
      const failure = await round(errand, candidates, coming)
      if (failure === undefined) return
      // A place that is busy says when to come again: the caller's own client knows best whether to.
      if (failure.code === 'too_many_requests' || clock() + (failure.retryAfterS ?? 0) * 1000 >= endMs) throw failure
      const waitingSinceMs = clock()
      await waitingRoom.wait({ model: asked.model, batch: call.batch, hasOwn: candidates.some(({ batch }) => batch !== undefined), failure, sinceMs, signal: call.cancellation.signal })
      record.queued(clock() - waitingSinceMs)
      candidates = errand.findAgain()
    }
  }
}

/** While the model is on its way where it was asked for first, no other place has to start it: only where it is live already it may be had. */
function withoutOthers(order: readonly Candidate[], key: string | undefined): readonly Candidate[] {
  return key === undefined ? order : order.filter((candidate) => candidate.key === key || isLive(candidate))
}

const isLive = ({ info }: Candidate): boolean => info.status === 'live'

/** Where a place answers whole the first byte comes with the last. */
const isStreamedBy = ({ info }: Candidate, { isStreamed }: InferenceRequest): boolean => isStreamed && info.capabilities?.hasStreaming !== false

/** What a place says is wrong with the request is wrong everywhere, and a mistake of ours is not repeated; what one cannot be told in its protocol another may take. */
const isCallersOwn = (error: FirstError): boolean => error instanceof RefusedByUpstream || error.code === 'internal_error'
