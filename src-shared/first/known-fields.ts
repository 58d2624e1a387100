import type { Operation } from '../domain/model'

/**
 * Fields of request bodies that FIRST's schemas know; any other is refused with 422 `extra_forbidden`.
 * Source: `resource_server_async/schemas/openai_*.py` of the inference gateway, 2026. Responses and Messages take extra fields.
 */
export const firstFields: Partial<Readonly<Record<Operation, ReadonlySet<string>>>> = {
  chat_completions: new Set([
    'messages', 'model', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_completion_tokens', 'max_tokens', 'metadata', 'modalities', 'n', 'parallel_tool_calls', 'prediction',
    'presence_penalty', 'reasoning_effort', 'response_format', 'seed', 'service_tier', 'stop', 'stream', 'stream_options', 'store', 'temperature', 'tool_choice', 'tools', 'top_logprobs',
    'top_p', 'user', 'web_search_options', 'extra_body',
  ]),
  completions: new Set([
    'prompt', 'model', 'best_of', 'echo', 'frequency_penalty', 'logit_bias', 'logprobs', 'max_tokens', 'n', 'presence_penalty', 'seed', 'stop', 'stream', 'stream_options', 'suffix',
    'temperature', 'top_p', 'user',
  ]),
  embeddings: new Set(['input', 'model', 'dimensions', 'encoding_format', 'user']),
}
