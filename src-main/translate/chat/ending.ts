import type { StopReason, TokenUsage } from '../conversation'
import type { ChatUsage } from './wire'

export interface ChatEnding {
  readonly finish_reason?: string | null | undefined
  readonly stop_reason?: string | number | null | undefined
}

/** `hasCalls`: some servers end an answer that calls tools with `stop`. */
export function readChatEnding({ finish_reason: reason, stop_reason: sequence }: ChatEnding, hasCalls: boolean): { stop: StopReason; stopSequence?: string } {
  if (reason === 'length') return { stop: 'length' }
  if (reason === 'content_filter') return { stop: 'filter' }
  if (hasCalls) return { stop: 'calls' }
  if (typeof sequence === 'string' && sequence !== '') return { stop: 'stop-sequence', stopSequence: sequence }
  return { stop: 'end' }
}

export const finishReasons: Readonly<Record<StopReason, string>> = { end: 'stop', 'stop-sequence': 'stop', length: 'length', calls: 'tool_calls', refusal: 'content_filter', filter: 'content_filter' }

export function readChatUsage(usage: ChatUsage): TokenUsage {
  return {
    input: usage.prompt_tokens,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWritten: 0,
    output: usage.completion_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  }
}

export function writeChatUsage({ input, output, cached, reasoning }: TokenUsage): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}
