import type { ServerResponse } from 'node:http'
import type { FirstError } from '@shared/errors'

/**
 * What has gone out to a caller so far. Its head may be sent before any place has answered, to keep a caller who streams from giving up;
 * only the first event of an answer ties the request to its place.
 */
export class Outlet {
  /** Events of an answer went out: no other place can take the request any more. */
  isCommitted = false
  /** The caller was told of the failure in the protocol of its stream. */
  isErrorTold = false
  /** How the answer that is under way says a failure, where its protocol counts its events or has a state. */
  errorEvents: ((error: FirstError) => string) | undefined
  readonly #response: ServerResponse
  readonly #headers: Readonly<Record<string, string>>
  #timer: NodeJS.Timeout | undefined

  /** @param headers go with every answer */
  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response
    this.#headers = headers
  }

  /** Until the answer begins the caller gets a comment now and then (HTML standard, 9.2.6), so that neither it nor a proxy takes the silence for a failure. */
  keepAlive(everyMs: number): void {
    this.#timer = setInterval(() => {
      if (this.#response.destroyed) this.#stop()
      else {
        this.#open({})
        this.#response.write(': waiting for the model\n\n')
      }
    }, everyMs)
    this.#response.once('close', () => this.#stop())
  }

  /** The first events of an answer are about to go out. */
  commit(headers: Readonly<Record<string, string>>, errorEvents?: (error: FirstError) => string): void {
    this.isCommitted = true
    this.errorEvents = errorEvents
    this.#stop()
    this.#open(headers)
  }

  /** The answer is not streamed: all of it goes out at once. */
  send(json: Buffer, headers: Readonly<Record<string, string>>): void {
    this.#stop()
    this.#response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': json.length, ...this.#headers, ...headers })
    this.#response.end(json)
  }

  /** An error is about to be told. */
  end(): void {
    this.#stop()
    if (!this.#response.headersSent) for (const name in this.#headers) this.#response.setHeader(name, this.#headers[name] ?? '')
  }

  #open(headers: Readonly<Record<string, string>>): void {
    if (this.#response.headersSent) return
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no', ...this.#headers, ...headers })
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
