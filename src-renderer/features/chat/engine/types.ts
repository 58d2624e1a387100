import type { ModelChoice } from '@shared/domain/conversation'
import type { StoreApi } from 'zustand'

/**
 * `waiting`: sent, nothing came yet. `thinking`: reasoning comes. `answering`: the answer comes.
 * `ended`: stored; the entry stays for a second, so that the stored message is on the screen before it goes.
 */
export type StreamPhase = 'waiting' | 'thinking' | 'answering' | 'ended'

/** An answer as it grows in this window; changes at most once a frame. */
export interface StreamView {
  readonly messageId: string
  readonly conversationId: string
  readonly content: string
  readonly reasoning: string
  readonly phase: StreamPhase
  /** Unix milliseconds. */
  readonly startedAtMs: number
  readonly firstTokenAtMs?: number
  readonly lastTokenAtMs?: number
  /** When the answer proper began, after the reasoning. */
  readonly answerAtMs?: number
  /** Counted here while it streams; the true count comes with the last chunk. */
  readonly estimatedTokens: number
  readonly tokensPerS?: number
  /** The cluster that answers, once its headers are there. */
  readonly cluster?: string
  /** Why progress cannot be stored at present (a full disk), in one sentence; the answer itself goes on. */
  readonly storageProblem?: string | undefined
}

export interface QueuedSend {
  readonly id: string
  readonly conversationId: string
  readonly text: string
  readonly choice: ModelChoice
}

export interface StreamsState {
  /** By message id. An entry goes when its message is stored whole. */
  readonly streams: Readonly<Record<string, StreamView>>
  /** By conversation id, in the order they will be sent; an empty list is absent. */
  readonly queued: Readonly<Record<string, readonly QueuedSend[]>>
}

export interface SendInput {
  readonly conversationId: string
  readonly text: string
  readonly choice: ModelChoice
}

/** `started`: the question and its growing answer are stored. `queued`: it waits for the answer that streams now. */
export type SendOutcome = StartedTurn | { readonly kind: 'queued'; readonly queuedId: string }

export interface StartedTurn {
  readonly kind: 'started'
  readonly userMessageId: string
  /** The answer, which grows. */
  readonly messageId: string
}

/**
 * Sends turns and keeps their answers. A method resolves when its turn is stored and on its way, not when the answer
 * has ended; what goes wrong with an answer is on its message. Rejects with a FirstError where the turn itself cannot
 * be: `not_found`, `invalid_request`, `disk_full`. All but `send` end the answer that streams in the conversation first.
 */
export interface ChatEngine {
  readonly streams: StoreApi<StreamsState>
  /** Waits its turn while an answer streams in the conversation. */
  send(input: SendInput): Promise<SendOutcome>
  /** Another answer beside this one; of a question, one more answer to it. Resolves to the new message's id. */
  regenerate(messageId: string, choice?: ModelChoice): Promise<string>
  /** Another version of a question, and its answer; the old branch stays. */
  edit(messageId: string, text: string, choice?: ModelChoice): Promise<StartedTurn>
  /** Goes on in the same message: the partial answer is sent as the last one, and what comes is added to it. */
  continueAnswer(messageId: string): Promise<void>
  /** After a failure: in the same message where nothing had come, else beside it, so that no text is lost. Resolves to the id of the message that grows. */
  retry(messageId: string): Promise<string>
  /** Ends the answer that streams; its text stays. What is queued goes next; after a failure it waits for the next turn. */
  stop(conversationId: string): Promise<void>
  /** Takes a queued send back; resolves to its text, for the composer. */
  cancelQueued(conversationId: string, queuedId: string): Promise<string | undefined>
  /** Writes what has come so far; for a window that is about to go. */
  flush(): Promise<void>
  /** Resolves when nothing streams and nothing is queued. */
  whenIdle(): Promise<void>
}
