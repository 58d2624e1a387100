import type { Answer, Finish } from './behaviour'

/** What a request asks for, whatever its protocol. */
export interface Asked {
  readonly model: string
  /** Of the last user message, the prompt or the input. */
  readonly text: string
  readonly isStreamed: boolean
  readonly includesUsage: boolean
}

/** An answer, settled. */
export interface Script {
  readonly tokens: readonly string[]
  readonly reasoning: readonly string[]
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[]
  readonly refusal: string | undefined
  readonly finish: Finish
  readonly answer: Answer
}

/** A stream in order, event by event; `pieces` has one for each token. */
export interface Stream {
  readonly opening: readonly string[]
  readonly pieces: readonly string[]
  readonly closing: readonly string[]
}

/** How one protocol writes answers. */
export interface Wire {
  readonly whole: (asked: Asked, script: Script) => object
  readonly stream: (asked: Asked, script: Script) => Stream
  readonly error: (status: number, message: string) => object
  /** The event of an error after the stream began. */
  readonly errorEvent: (asked: Asked, message: string) => string
}

export const tokensOf = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? []

/** A seventh of a JSON text at a time, so that names and numbers are cut. */
export const argumentPieces = (json: string): string[] => json.match(/[^]{1,7}/g) ?? []

export function scriptOf(asked: Asked, answer: Answer): Script {
  const calls = (answer.calls ?? []).map(({ id, ...call }, index) => ({ id: id ?? `call_${index + 1}`, ...call }))
  const text = answer.text ?? (calls.length > 0 || answer.refusal !== undefined ? '' : `You said: ${asked.text}`)
  return { tokens: tokensOf(text), reasoning: tokensOf(answer.reasoning ?? ''), calls, refusal: answer.refusal, finish: answer.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop'), answer }
}

/** Words stand for tokens. */
export function countsOf(asked: Asked, { tokens, reasoning, calls, answer }: Script): { prompt: number; completion: number; reasoning: number; cached: number } {
  return { prompt: tokensOf(asked.text).length, completion: tokens.length + reasoning.length + calls.length, reasoning: reasoning.length, cached: answer.cachedTokens ?? 0 }
}

export const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`
export const typedEvent = (value: { readonly type: string }): string => `event: ${value.type}\n${event(value)}`
export const done = 'data: [DONE]\n\n'

/** Unix seconds of every answer. */
export const created = 1_750_000_000
