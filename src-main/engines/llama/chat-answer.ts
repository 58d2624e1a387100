import type { AnswerSoFar, Completion, ToolCall } from './llama-model'
import { createTextGate } from './text-gate'

export interface AnswerHead {
  readonly id: string
  /** Seconds since 1970. */
  readonly created: number
  readonly model: string
}

/** Turns what llama.cpp gives into OpenAI's answer, whole or in chunks. */
export interface AnswerWriter {
  /** The chunks that a longer answer adds. */
  grow(answer: AnswerSoFar): object[]
  /** The last chunks: the rest, the reason of the end, and the usage if it was asked for. */
  finish(completion: Completion, withUsage: boolean): object[]
  whole(completion: Completion): object
  /** The chunk that opens the stream. */
  open(): object
}

export function createAnswerWriter(head: AnswerHead, stops: readonly string[], newCallId: () => string): AnswerWriter {
  const content = createTextGate(stops)
  const reasoning = createTextGate([])
  const calls = createCallWriter(newCallId)
  const chunk = (delta: object, finishReason: string | null = null): object => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
  })
  const deltas = (reasoningText: string, text: string, toolCalls: readonly object[]): object[] => [
    ...(reasoningText === '' ? [] : [chunk({ reasoning_content: reasoningText })]),
    ...(text === '' ? [] : [chunk({ content: text })]),
    ...(toolCalls.length === 0 ? [] : [chunk({ tool_calls: toolCalls })]),
  ]
  return {
    open: () => chunk({ role: 'assistant', content: '' }),
    grow: (answer) => deltas(reasoning.push(answer.reasoning), content.push(answer.content), calls.push(answer.toolCalls)),
    finish: (completion, withUsage) => {
      const isCut = completion.finish === 'length'
      return [
        ...deltas(reasoning.end(completion.reasoning, isCut), content.end(completion.content, isCut), calls.push(completion.toolCalls)),
        chunk({}, completion.finish),
        ...(withUsage ? [{ ...head, object: 'chat.completion.chunk', choices: [], usage: usageOf(completion) }] : []),
      ]
    },
    whole: (completion) => {
      const isCut = completion.finish === 'length'
      const text = content.end(completion.content, isCut)
      const thought = reasoning.end(completion.reasoning, isCut)
      const toolCalls = calls.push(completion.toolCalls).map(({ id, type, function: called }) => ({ id, type, function: called }))
      const message = {
        role: 'assistant',
        content: text === '' && toolCalls.length > 0 ? null : text,
        ...(thought === '' ? {} : { reasoning_content: thought }),
        ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
      }
      return {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message, logprobs: null, finish_reason: completion.finish }],
        usage: usageOf(completion),
      }
    },
  }
}

function usageOf({ promptTokens, completionTokens }: Completion): object {
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: promptTokens + completionTokens }
}

interface CallDelta {
  readonly index: number
  readonly id?: string
  readonly type?: 'function'
  readonly function: { readonly name?: string; readonly arguments: string }
}

/** A call is opened with its id and name; after that only what its arguments grew by is sent. */
function createCallWriter(newCallId: () => string): { push(calls: readonly ToolCall[]): CallDelta[] } {
  const sent: string[] = []
  return {
    push: (calls) =>
      calls.flatMap((call, index): CallDelta[] => {
        const before = sent[index]
        // A parser may take back the arguments it guessed; then wait until they go on from what was sent.
        if (before !== undefined && (call.arguments === before || !call.arguments.startsWith(before))) return []
        sent[index] = call.arguments
        return before === undefined
          ? [{ index, id: newCallId(), type: 'function', function: { name: call.name, arguments: call.arguments } }]
          : [{ index, function: { arguments: call.arguments.slice(before.length) } }]
      }),
  }
}
