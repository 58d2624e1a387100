/** Time as the window's data and engine see it; a test gives its own. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number
  /** Calls `run` once after `delayMs`; the result cancels it. */
  after(delayMs: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

export type NewId = () => string

/**
 * Ids that sort by the time they were made (UUID version 7, RFC 9562), also within one millisecond.
 * `crypto.randomUUID` is not used: a page that was opened by a plain http address has none.
 */
export function createIds(clock: Clock): NewId {
  let lastMs = 0
  let counter = 0
  return () => {
    const nowMs = clock.now()
    counter = nowMs > lastMs ? 0 : counter + 1
    lastMs = Math.max(lastMs, nowMs)
    const random = crypto.getRandomValues(new Uint8Array(8))
    const time = (lastMs + Math.floor(counter / 0x1000)).toString(16).padStart(12, '0')
    const order = (counter % 0x1000).toString(16).padStart(3, '0')
    random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
    const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-${tail.slice(0, 4)}-${tail.slice(4)}`
  }
}

/** Names held for as long as their owner lives, over all windows of this origin. */
export interface Locks {
  /** Takes `name`; the result lets it go. */
  hold(name: string): Promise<() => void>
  /** Takes `name` if nobody has it, else gives undefined. */
  tryHold(name: string): Promise<(() => void) | undefined>
  /** The names somebody holds now. */
  held(): Promise<ReadonlySet<string>>
}
