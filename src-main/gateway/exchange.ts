import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { FirstError } from '@shared/errors'
import type { Cancellation } from './cancellation'
import type { Outlet } from './outlet'
import type { Sink } from './sinks'
import { errorOfConnection } from './upstream-errors'

export interface ExchangeDeps {
  readonly outlet: Outlet
  readonly cancellation: Cancellation
  readonly cluster: string
  readonly openSink: (status: number, headers: IncomingHttpHeaders) => Sink
  readonly onEnd: () => void
  readonly onError: (error: Error) => void
}

/** One request to an upstream server and its answer, handed to a sink at the pace of the caller; it is settled exactly once. */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #deps: ExchangeDeps
  #controller: Dispatcher.DispatchController | undefined
  #sink: Sink | undefined
  #isSettled = false
  /** What came since the sink was last given something. */
  #pending: Buffer[] = []

  constructor(deps: ExchangeDeps) {
    this.#deps = deps
    deps.cancellation.listen(this.#onCancel)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // The caller may have left while the connection was being made.
    if (this.#isSettled) controller.abort(new Error('settled'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) this.#try(() => (this.#sink = this.#deps.openSink(status, headers)))
  }

  /** Comes once for each piece that the server wrote; those that were read at once go to the sink at once. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#pending.push(chunk) > 1) return
    process.nextTick(() => {
      this.#try(() => {
        if (this.#handOver()) return
        controller.pause()
        this.#deps.outlet.onceDrained(() => controller.resume())
      })
    })
  }

  onResponseEnd(): void {
    this.#try(() => {
      this.#handOver()
      this.#sink?.end()
      this.#settle(this.#deps.onEnd)
    })
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#try(() => this.#handOver())
    this.#fail(errorOfConnection(error, this.#deps.cluster, this.#sink !== undefined))
  }

  /** @returns false when the caller reads more slowly than the server sends. */
  #handOver(): boolean {
    const [first, ...rest] = this.#pending
    if (first === undefined || this.#sink === undefined) return true
    this.#pending = []
    return this.#sink.data(rest.length === 0 ? first : Buffer.concat([first, ...rest]))
  }

  #try(step: () => void): void {
    if (this.#isSettled) return
    try {
      step()
    } catch (cause) {
      this.#fail(cause instanceof Error ? cause : new Error(String(cause)))
    }
  }

  #fail(error: Error): void {
    this.#settle(() => this.#deps.onError(error))
    if (this.#controller?.aborted === false) this.#controller.abort(error)
  }

  #settle(outcome: () => void): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#deps.cancellation.unlisten(this.#onCancel)
    outcome()
  }

  readonly #onCancel = (): void => {
    this.#fail(this.#deps.cancellation.reason ?? new FirstError('cancelled', 'The request was cancelled.'))
  }
}
