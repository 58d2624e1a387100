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
  readonly model?: string
  readonly cluster?: string
  /** Candidates tried. */
  readonly attempts: number
  readonly status: number
  readonly errorCode?: string
  readonly isStreamed: boolean
  readonly firstByteMs?: number
  readonly totalMs: number
  readonly usage?: Usage
}

/** Takes outcomes off the hot path: `add` only queues; rows are written in batches, and all of them by `close`. */
export interface Recorder {
  add(outcome: RequestOutcome): void
  close(): Promise<void>
}
