/** Which lines of a file have their result, a bit each. */
export class DoneSet {
  readonly #bits: Uint8Array
  #size = 0

  /** @param count of lines */
  constructor(readonly count: number) {
    this.#bits = new Uint8Array(Math.ceil(count / 8))
  }

  get size(): number {
    return this.#size
  }

  has(index: number): boolean {
    return ((this.#bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0
  }

  /** @returns false where it was there already, or is no line of the file */
  add(index: number): boolean {
    if (index < 0 || index >= this.count || this.has(index)) return false
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | (1 << (index & 7))
    this.#size++
    return true
  }
}
