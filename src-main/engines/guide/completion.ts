import type { ChatMessage, ChatRequest } from './chat-request'
import { textOf } from './chat-request'

export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}

/** A finished answer, cut into the tokens that are streamed. */
export interface Completion {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly model: string
  readonly tokens: readonly string[]
  readonly finishReason: 'stop' | 'length'
  readonly usage: Usage
}

const charsPerToken = 4
/** What a chat template adds around each message, as in OpenAI's own way of counting. */
const tokensPerMessage = 4

/** Cuts a text into words and marks, each with the space before it; joined again they are the text. */
export function tokensOf(text: string): readonly string[] {
  return text.match(/\s*(?:[\p{L}\p{N}]{1,10}|[^\s\p{L}\p{N}]{1,4})|\s+$/gu) ?? []
}

/** An estimate that costs the same for any length: four characters a token. */
function promptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + tokensPerMessage + Math.ceil(textOf(message).length / charsPerToken), 0)
}

/** Applies `stop`, then `max_tokens` (counted as the streamed tokens are), and counts both sides. */
export function complete(request: ChatRequest, answer: string, head: Pick<Completion, 'id' | 'created' | 'model'>): Completion {
  const all = tokensOf(beforeStop(answer, request.stop))
  const limit = request.max_completion_tokens ?? request.max_tokens ?? all.length
  const tokens = all.slice(0, limit)
  const prompt = promptTokens(request.messages)
  return {
    ...head,
    tokens,
    finishReason: tokens.length < all.length ? 'length' : 'stop',
    usage: { prompt_tokens: prompt, completion_tokens: tokens.length, total_tokens: prompt + tokens.length },
  }
}

function beforeStop(answer: string, stop: ChatRequest['stop']): string {
  const sequences = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((sequence) => sequence !== '')
  const ends = sequences.map((sequence) => answer.indexOf(sequence)).filter((end) => end >= 0)
  return answer.slice(0, Math.min(answer.length, ...ends))
}

/** OpenAI's `chat.completion`. */
export function wholeBody({ id, created, model, tokens, finishReason, usage }: Completion): object {
  const message = { role: 'assistant', content: tokens.join(''), refusal: null }
  return { id, object: 'chat.completion', created, model, choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }], usage }
}

/** OpenAI's `chat.completion.chunk`s in order: the role, one a token, the finish reason, and usage where it was asked for. */
export function* chunkBodies(completion: Completion, includeUsage: boolean): Generator<object> {
  const { id, created, model, tokens, finishReason, usage } = completion
  const chunk = (delta: object, finish: string | null): object => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage && { usage: null }),
  })
  yield chunk({ role: 'assistant', content: '' }, null)
  for (const content of tokens) yield chunk({ content }, null)
  yield chunk({}, finishReason)
  if (includeUsage) yield { id, object: 'chat.completion.chunk', created, model, choices: [], usage }
}
