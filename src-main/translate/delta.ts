import type { FirstError } from '@shared/errors'
import type { Answer } from './conversation'
import type { SseEvent } from './sse'

/** A piece of a streamed answer. The last is `end` or `error`, and nothing follows it. */
export type Delta =
  | { readonly kind: 'start' }
  | { readonly kind: 'text' | 'refusal' | 'reasoning'; readonly text: string }
  /** Belongs to the reasoning before it. */
  | { readonly kind: 'signature'; readonly signature: string }
  /** A whole block of reasoning whose text the server keeps to itself. */
  | { readonly kind: 'redacted'; readonly signature: string }
  | { readonly kind: 'call'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly kind: 'arguments'; readonly index: number; readonly text: string }
  | ({ readonly kind: 'end' } & Omit<Answer, 'parts'>)
  | { readonly kind: 'error'; readonly error: FirstError }

export interface StreamReader {
  /** @throws FirstError `upstream_garbled` for an event that is not of the protocol */
  push(event: SseEvent): Delta[]
  /** The bytes have ended: what is still held, and an error where the answer is not whole. */
  end(): Delta[]
}

export interface StreamWriter {
  push(delta: Delta): SseEvent[]
}
