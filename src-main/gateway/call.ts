import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whose shapes the caller speaks: OpenAI's on `/v1`, FIRST's on `/resource_server`. */
export type Door = 'openai' | 'first'

/** One request as the stages see it. */
export interface Call {
  readonly id: string
  readonly door: Door
  /** As registered, for example `/v1/chat/completions`. */
  readonly route: string
  /** What the path names; absent on federated routes. */
  readonly params: { readonly cluster?: string; readonly framework?: string; readonly model?: string }
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Aborted when the caller leaves or the gateway stops; its reason is a `FirstError`. */
  readonly signal: AbortSignal
}

export function doorOf(path: string): Door {
  return path === '/resource_server' || path.startsWith('/resource_server/') ? 'first' : 'openai'
}
