import type { FirstError } from '@shared/errors'

type Headers = Readonly<Record<string, string>>

/**
 * The way to a caller, and what has gone out by it so far. Its head may be sent before any place has answered, to keep a caller who streams
 * from giving up; only the first event of an answer ties the request to its place.
 */
export interface Outlet {
  /** Events of an answer went out: no other place can take the request any more. */
  readonly isCommitted: boolean
  /** The caller was told of the failure in the protocol of its stream. */
  isErrorTold: boolean
  /** How the answer that is under way says a failure, where its protocol counts its events or has a state. */
  readonly errorEvents: ((error: FirstError) => string) | undefined
  /** Until the answer begins the caller gets a sign of life now and then. */
  keepAlive(everyMs: number): void
  /** The first events of an answer are about to go out. */
  commit(headers: Headers, errorEvents?: (error: FirstError) => string): void
  /** Events of an answer. @returns false when the caller reads more slowly than they come: wait for `onceDrained` */
  write(events: string | Buffer): boolean
  onceDrained(resume: () => void): void
  /** The end of a stream, with its last events. */
  finish(events?: string | Buffer): void
  /** The answer is not streamed: all of it goes out at once. */
  send(json: Buffer, headers: Headers): void
  /** An error is about to be told. */
  end(): void
}
