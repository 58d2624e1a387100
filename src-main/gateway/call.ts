import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Cancellation } from './cancellation'
import type { Outlet } from './outlet'

/** Whose shapes the caller speaks: OpenAI's on `/v1`, FIRST's on `/resource_server`. */
export type Door = 'openai' | 'first'
/** Whose shape an error takes: the door's, and on the Messages routes of both Anthropic's. */
export type Shape = Door | 'anthropic'

/** Who asks, and how the answer gets there. */
export interface Caller {
  readonly id: string
  readonly door: Door
  readonly shape: Shape
  /** As registered, for example `/v1/chat/completions`. */
  readonly route: string
  /** What the path names; absent on federated routes. */
  readonly params: { readonly cluster?: string; readonly framework?: string; readonly model?: string; readonly response?: string; readonly replica?: string; readonly file?: string; readonly batch?: string }
  /** The batch whose request it is; absent: of none. */
  readonly batch?: string
  readonly outlet: Outlet
  /** When the caller leaves or the gateway stops. */
  readonly cancellation: Cancellation
}

/** One request over HTTP as the stages see it. */
export interface Call extends Caller {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Go with the answer, whatever it is; empty where the response has them already. */
  readonly headers: Readonly<Record<string, string>>
}

export function doorOf(path: string): Door {
  return path === '/resource_server' || path.startsWith('/resource_server/') ? 'first' : 'openai'
}

export function shapeOf(path: string): Shape {
  return /\/messages(?:\/count_tokens)?(?:$|\?)/.test(path) ? 'anthropic' : doorOf(path)
}
