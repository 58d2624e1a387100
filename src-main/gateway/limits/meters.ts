import { SlidingWindow } from './sliding-window'

/** What one key, or one model, had in the last minute, and has now. */
export class Meter {
  readonly requests = new SlidingWindow()
  readonly tokens = new SlidingWindow()
  inFlight = 0
}

/** Meters by name; those that have nothing to tell are forgotten. */
export class Meters {
  readonly #meters = new Map<string, Meter>()

  of(name: string): Meter {
    const known = this.#meters.get(name)
    if (known !== undefined) return known
    const meter = new Meter()
    this.#meters.set(name, meter)
    return meter
  }

  get size(): number {
    return this.#meters.size
  }

  prune(nowMs: number): void {
    for (const [name, { inFlight, requests, tokens }] of this.#meters) if (inFlight === 0 && requests.total(nowMs) === 0 && tokens.total(nowMs) === 0) this.#meters.delete(name)
  }
}
