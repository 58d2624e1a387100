/** Values by key until their time is over; where there are too many, the one that was not asked for longest goes. */
export class RecentMap<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly untilMs: number }>()

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#entries.size
  }

  get(key: string, nowMs: number): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.untilMs <= nowMs) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: Value, untilMs: number): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, untilMs })
    if (this.#entries.size <= this.most) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
