import type { IncomingHttpHeaders } from 'node:http'
import type { InferenceBody } from './asked'
import type { Turn } from './turn'

/** How the engine says things: its protocol. */
export interface Dialect {
  readonly path: string
  /** Why a server of this protocol refuses the request. */
  problem(body: InferenceBody, headers: IncomingHttpHeaders): string | undefined
  errorBody(message: string): object
  models(ids: readonly string[]): object
  /** @param id counts the answers */
  whole(body: InferenceBody, turn: Turn, id: number): object
  /** Pieces as they are flushed. */
  stream(body: InferenceBody, turn: Turn, id: number): readonly string[]
}
