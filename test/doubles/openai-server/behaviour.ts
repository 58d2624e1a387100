/** What the double does with one chat request. */
export type Behaviour =
  | Answer
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  /** Streams so many tokens, then nothing more; the connection stays open. */
  | { readonly kind: 'hang-mid-stream'; readonly afterTokens: number }
  | { readonly kind: 'reset'; readonly when: 'before-headers' | 'after-headers' | 'mid-stream' }
  /** Streams so many whole events, then half of one, then ends the answer in good order. */
  | { readonly kind: 'half-event'; readonly afterTokens?: number }
  /** Streams in good order, but ends with neither a finish reason nor `[DONE]`. */
  | { readonly kind: 'no-done' }
  | { readonly kind: 'garbage' }
  /** An answer with this status; `body` as it stands, or OpenAI's shape of an error. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | object }
  /** These bytes in these pieces, each flushed before the next unless it is a flood, which goes as fast as the caller reads. */
  | { readonly kind: 'raw'; readonly contentType: string; readonly pieces: Iterable<string | Buffer>; readonly headers?: Readonly<Record<string, string>>; readonly isFlood?: boolean }

export interface Answer {
  readonly kind: 'answer'
  /** Cut into tokens at spaces; default an echo of the last user message. */
  readonly text?: string
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
