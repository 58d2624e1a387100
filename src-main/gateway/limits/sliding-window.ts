const slotMs = 1_000
/** The last minute touches this many slots: the first of them only in part, and it is counted in full. */
const slotCount = 61

/**
 * What was counted in the last minute, in slots of a second. It never counts less than the minute holds, so no minute, wherever it
 * begins, sees more than a limit; it may count up to a second more. Memory is the same however much is counted.
 */
export class SlidingWindow {
  readonly #counts = new Float64Array(slotCount)
  /** The newest slot, in seconds since the clock's zero. */
  #newest = -Infinity
  #total = 0

  add(nowMs: number, count: number): void {
    this.#advance(nowMs)
    const index = this.#newest % slotCount
    this.#counts[index] = this.#countOf(this.#newest) + count
    this.#total += count
  }

  total(nowMs: number): number {
    this.#advance(nowMs)
    return this.#total
  }

  /** Milliseconds until less than `limit` is left, if nothing is added; 0 when it is so now. */
  freeInMs(nowMs: number, limit: number): number {
    let left = this.total(nowMs)
    if (left < limit) return 0
    for (let slot = this.#newest - slotCount + 1; slot <= this.#newest; slot++) {
      left -= this.#countOf(slot)
      if (left < limit) return leavesAtMs(slot) - nowMs
    }
    return leavesAtMs(this.#newest) - nowMs
  }

  /** Milliseconds until nothing is left, if nothing is added. */
  emptyInMs(nowMs: number): number {
    if (this.total(nowMs) === 0) return 0
    let slot = this.#newest
    while (this.#countOf(slot) === 0) slot--
    return leavesAtMs(slot) - nowMs
  }

  #countOf(slot: number): number {
    return this.#counts[((slot % slotCount) + slotCount) % slotCount] ?? 0
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / slotMs)
    // A clock that was set back a little goes on counting where it was; one that was set back far begins again.
    if (slot <= this.#newest && this.#newest - slot < slotCount) return
    if (Math.abs(slot - this.#newest) >= slotCount) {
      this.#counts.fill(0)
      this.#total = 0
    } else
      for (let passed = this.#newest + 1; passed <= slot; passed++) {
        const index = passed % slotCount
        this.#total -= this.#counts[index] ?? 0
        this.#counts[index] = 0
      }
    this.#newest = slot
  }
}

const leavesAtMs = (slot: number): number => (slot + slotCount) * slotMs
