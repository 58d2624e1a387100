import type { Framework, Operation } from '@shared/domain/model'
import type { Usage } from '@shared/domain/usage'

/** What is kept of one request: never a prompt or an answer. Times are Unix milliseconds and milliseconds. */
export interface RequestOutcome {
  readonly requestId: string
  readonly startedAtMs: number
  /** Id of the identity, once known. */
  readonly identity?: string
  /** Whose shapes the caller speaks. */
  readonly door: 'openai' | 'first'
  /** The route as registered, for example `/v1/chat/completions`. */
  readonly route: string
  /** What was asked of a model; absent on routes that ask none. */
  readonly operation?: Operation
  readonly model?: string
  readonly cluster?: string
  readonly framework?: Framework
  /** Candidates tried. */
  readonly attempts: number
  readonly status: number
  readonly errorCode?: string
  readonly isStreamed: boolean
  /** Spent waiting for a model to start. */
  readonly queuedMs?: number
  readonly firstByteMs?: number
  readonly totalMs: number
  readonly usage?: Usage
  /** The caller left before the end. */
  readonly isCut?: boolean
  /** Address that the caller's connection came from. */
  readonly origin?: string
}

/** Takes outcomes off the hot path: `add` only queues; rows are written in batches, and all of them by `close`. */
export interface Recorder {
  /** A request opened. The object may be filled in while it runs: a list of what runs reads it. */
  began(outcome: RequestOutcome): void
  /** It ended; nothing of it changes any more. One that never began is welcome too. */
  add(outcome: RequestOutcome): void
  close(): Promise<void>
}

/** Somebody who leaves is no failure of ours. */
export function isFailure({ errorCode, status, isCut }: Pick<RequestOutcome, 'errorCode' | 'status' | 'isCut'>): boolean {
  return isCut !== true && errorCode !== 'cancelled' && (errorCode !== undefined || status >= 400)
}

/** Usage counts what was asked of models; lists of models, health and the like are rows only. */
export function asksModel({ operation, model }: Pick<RequestOutcome, 'operation' | 'model'>): boolean {
  return operation !== undefined || model !== undefined
}
