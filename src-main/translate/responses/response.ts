import type { ResponsesUsage } from '@shared/openai/responses'
import type { FirstError } from '@shared/errors'
import type { Answer, AnswerContext, StopReason, TokenUsage } from '../conversation'
import { writeFormat, writeTool, writeToolChoice } from './write-request'

const incompleteReasons: Readonly<Partial<Record<StopReason, string>>> = { length: 'max_output_tokens', filter: 'content_filter', refusal: 'content_filter' }

/** How a response stands: under way, ended, or failed. */
export type Standing = { readonly kind: 'running' } | { readonly kind: 'ended'; readonly answer: Omit<Answer, 'parts'> } | { readonly kind: 'failed'; readonly error: FirstError }

export function statusOf(standing: Standing): 'in_progress' | 'completed' | 'incomplete' | 'failed' {
  if (standing.kind === 'running') return 'in_progress'
  if (standing.kind === 'failed') return 'failed'
  return incompleteReasons[standing.answer.stop] === undefined ? 'completed' : 'incomplete'
}

/** The response object, with what was asked said again as the protocol does. */
export function writeResponse({ id, model, createdS, request }: AnswerContext, output: readonly object[], standing: Standing): object {
  const usage = standing.kind === 'ended' ? standing.answer.usage : undefined
  const reason = standing.kind === 'ended' ? incompleteReasons[standing.answer.stop] : undefined
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: createdS,
    status: statusOf(standing),
    error: standing.kind === 'failed' ? { code: standing.error.kind.status === 429 ? 'rate_limit_exceeded' : 'server_error', message: standing.error.message } : null,
    incomplete_details: reason === undefined ? null : { reason },
    instructions: null,
    max_output_tokens: request.maxTokens ?? null,
    metadata: {},
    model,
    output,
    parallel_tool_calls: request.hasParallelCalls ?? true,
    previous_response_id: null,
    reasoning: { effort: request.effort ?? null, summary: null },
    store: false,
    temperature: request.temperature ?? null,
    text: { format: request.format === undefined ? { type: 'text' } : writeFormat(request.format) },
    tool_choice: request.toolChoice === undefined ? 'auto' : writeToolChoice(request.toolChoice, request.tools),
    tools: request.tools.map(writeTool),
    top_p: request.topP ?? null,
    truncation: 'disabled',
    usage: usage === undefined ? null : writeResponsesUsage(usage),
  }
}

export function readResponsesUsage({ input_tokens: input, output_tokens: output, input_tokens_details: ins, output_tokens_details: outs }: ResponsesUsage): TokenUsage {
  return { input, output, cached: ins?.cached_tokens ?? 0, cacheWritten: ins?.cache_write_tokens ?? 0, reasoning: outs?.reasoning_tokens ?? 0 }
}

function writeResponsesUsage({ input, output, cached, cacheWritten, reasoning }: TokenUsage): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWritten },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
