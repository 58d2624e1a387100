import type { FirstError } from '@shared/errors'

/**
 * Says that a call is over before its end. An `AbortSignal` costs a request more than its routing does, so one is made only for who
 * needs it.
 */
export class Cancellation {
  #reason: FirstError | undefined
  #controller: AbortController | undefined
  readonly #listeners = new Set<() => void>()

  /** Why, once it is so. */
  get reason(): FirstError | undefined {
    return this.#reason
  }

  /** Aborted by the same reason. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  /** The first reason stays. */
  cancel(reason: FirstError): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#controller?.abort(reason)
    for (const listener of this.#listeners) listener()
  }

  /** Called once, if it comes to that; what is over already is not told. */
  listen(listener: () => void): void {
    this.#listeners.add(listener)
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener)
  }
}
