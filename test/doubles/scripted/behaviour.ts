/** What a double does with one request. */
export type Behaviour =
  | Answer
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  /** Streams so many tokens, then nothing more; the connection stays open. */
  | { readonly kind: 'hang-mid-stream'; readonly afterTokens: number }
  | { readonly kind: 'reset'; readonly when: 'before-headers' | 'after-headers' | 'mid-stream' }
  /** Streams so many whole events, then half of one, then ends the answer in good order. */
  | { readonly kind: 'half-event'; readonly afterTokens?: number }
  /** Streams in good order, but ends with neither a finish reason nor the protocol's last event. */
  | { readonly kind: 'no-done' }
  /** Streams so many tokens, then the protocol's own event of an error, and ends. */
  | { readonly kind: 'error-mid-stream'; readonly afterTokens: number; readonly message: string }
  | { readonly kind: 'garbage' }
  /** An answer with this status; `body` as it stands, or the protocol's shape of an error. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | object }
  /** These bytes in these pieces, each flushed before the next unless it is a flood, which goes as fast as the caller reads. */
  | { readonly kind: 'raw'; readonly contentType: string; readonly pieces: Iterable<string | Buffer>; readonly headers?: Readonly<Record<string, string>>; readonly isFlood?: boolean }

/** What a double does, settled when the request is there; `body` is its JSON. */
export type Plan = Behaviour | ((body: Readonly<Record<string, unknown>>) => Behaviour)

export interface ScriptedCall {
  /** Default: one of its own for each call of the answer. */
  readonly id?: string
  readonly name: string
  /** As JSON. */
  readonly arguments: string
}

/** Why an answer ends, by Chat Completions' names; the other protocols say it in theirs. */
export type Finish = 'stop' | 'length' | 'tool_calls' | 'content_filter'

export interface Answer {
  readonly kind: 'answer'
  /** Cut into tokens at spaces; default an echo of the last user message, or nothing where there are calls or a refusal. */
  readonly text?: string
  /** Comes before the text, cut likewise. */
  readonly reasoning?: string
  /** How Chat Completions tells the reasoning: in a field of this name, or in the text between think tags. Default `reasoning_content`. */
  readonly reasoningAs?: 'reasoning_content' | 'reasoning' | 'think'
  /** Come after the text; arguments are streamed in pieces of a few letters. */
  readonly calls?: readonly ScriptedCall[]
  readonly refusal?: string
  /** Default `tool_calls` where there are calls, else `stop`. */
  readonly finish?: Finish
  /** Of the prompt's tokens, those that a cache had. */
  readonly cachedTokens?: number
  /** Where a stream puts usage: as asked (OpenAI), always in a chunk of its own, together with the last choice, or nowhere. */
  readonly usage?: 'as-asked' | 'always' | 'with-choices' | 'never'
  /** Absent: as fast as the caller reads. */
  readonly tokensPerS?: number
  /** Nothing is sent before this resolves. */
  readonly startWhen?: Promise<void>
  /** The stream waits here, after so many tokens, until `until` resolves. */
  readonly hold?: { readonly afterTokens: number; readonly until: Promise<void> }
  /** Leaves the final `[DONE]` out, as some servers do. */
  readonly hasDone?: boolean
}

/** What a busy service answers. */
export function tooManyRequests(retryAfterS: number): Behaviour {
  return { kind: 'status', status: 429, headers: { 'retry-after': String(retryAfterS) } }
}
