import type { ServerResponse } from 'node:http'
import type { FirstError } from '@shared/errors'
import type { Outlet } from './outlet'

type Headers = Readonly<Record<string, string>>

/** To a caller over HTTP. */
export class HttpOutlet implements Outlet {
  isCommitted = false
  isErrorTold = false
  errorEvents: ((error: FirstError) => string) | undefined
  readonly #response: ServerResponse
  readonly #headers: Headers
  #timer: NodeJS.Timeout | undefined

  /** @param headers go with every answer */
  constructor(response: ServerResponse, headers: Headers) {
    this.#response = response
    this.#headers = headers
  }

  /** A comment (HTML standard, 9.2.6), so that neither the caller nor a proxy takes the silence for a failure. */
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

  commit(headers: Headers, errorEvents?: (error: FirstError) => string): void {
    this.isCommitted = true
    this.errorEvents = errorEvents
    this.#stop()
    this.#open(headers)
  }

  write(events: string | Buffer): boolean {
    return this.#response.write(events)
  }

  onceDrained(resume: () => void): void {
    this.#response.once('drain', resume)
  }

  finish(events?: string | Buffer): void {
    this.#response.end(events)
  }

  send(json: Buffer, headers: Headers): void {
    this.#stop()
    this.#response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': json.length, ...this.#headers, ...headers })
    this.#response.end(json)
  }

  end(): void {
    this.#stop()
    if (!this.#response.headersSent) for (const name in this.#headers) this.#response.setHeader(name, this.#headers[name] ?? '')
  }

  #open(headers: Headers): void {
    if (this.#response.headersSent) return
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no', ...this.#headers, ...headers })
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
