import type { MessagesUsage } from '@shared/anthropic/messages'
import type { FirstError } from '@shared/errors'
import type { Answer, StopReason, TokenUsage } from '../conversation'

const stopReasons: Readonly<Record<StopReason, string>> = { end: 'end_turn', length: 'max_tokens', calls: 'tool_use', 'stop-sequence': 'stop_sequence', refusal: 'refusal', filter: 'refusal' }

const stops: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'calls',
  stop_sequence: 'stop-sequence',
  refusal: 'refusal',
}

export interface MessagesEnding {
  readonly stop_reason?: string | null | undefined
  readonly stop_sequence?: string | null | undefined
}

export function readMessagesEnding({ stop_reason: reason, stop_sequence: sequence }: MessagesEnding): Omit<Answer, 'parts' | 'usage'> {
  return { stop: stops[reason ?? ''] ?? 'end', ...(sequence != null && { stopSequence: sequence }) }
}

/** A refusal has no block of its own in this protocol: its words are text, and the reason says what they are. */
export function writeMessagesEnding({ stop, stopSequence }: Pick<Answer, 'stop' | 'stopSequence'>, hasRefusal: boolean): { stop_reason: string; stop_sequence: string | null } {
  return { stop_reason: hasRefusal && stop === 'end' ? 'refusal' : stopReasons[stop], stop_sequence: stopSequence ?? null }
}

/** Here `input_tokens` are those that no cache held. */
export function readMessagesUsage(usage: MessagesUsage): TokenUsage {
  const cached = usage.cache_read_input_tokens ?? 0
  const cacheWritten = usage.cache_creation_input_tokens ?? 0
  return { input: (usage.input_tokens ?? 0) + cached + cacheWritten, cached, cacheWritten, output: usage.output_tokens ?? 0, reasoning: 0 }
}

export function writeMessagesUsage(usage: TokenUsage | undefined): object {
  const { input, cached, cacheWritten, output } = usage ?? { input: 0, cached: 0, cacheWritten: 0, output: 0 }
  return { input_tokens: Math.max(0, input - cached - cacheWritten), cache_creation_input_tokens: cacheWritten, cache_read_input_tokens: cached, output_tokens: output }
}

const errorTypes: Readonly<Record<number, string>> = { 400: 'invalid_request_error', 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large', 422: 'invalid_request_error', 429: 'rate_limit_error', 503: 'overloaded_error' }

/** The body of an error in this protocol (Anthropic's API reference, "Errors"); facts that the official client acts on are its `details`. */
export function messagesErrorBody(error: FirstError, status: number = error.kind.status): { type: 'error'; error: { type: string; message: string; details?: Readonly<Record<string, unknown>> } } {
  const { message, info } = error
  return { type: 'error', error: { type: errorTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message, ...(info !== undefined && { details: info }) } }
}
