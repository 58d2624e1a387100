/** What is made once and used again: the last few, while they are asked for. */
export interface Kept<Value> {
  get(key: string): Value
}

interface KeptOptions<Value> {
  readonly most: number
  /** All are let go so long after the last was asked for. */
  readonly idleMs: number
  readonly make: (key: string) => Value
}

export function createKept<Value>({ most, idleMs, make }: KeptOptions<Value>): Kept<Value> {
  const values = new Map<string, Value>()
  let idle: NodeJS.Timeout | undefined
  return {
    get(key) {
      clearTimeout(idle)
      idle = setTimeout(() => values.clear(), idleMs).unref()
      const value = values.get(key) ?? make(key)
      // The one that was asked for last stands last.
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.keys()
      if (values.size > most && oldest !== undefined) values.delete(oldest)
      return value
    },
  }
}
