/** Something that is made when it is first needed, and once; what failed is tried again at the next need. */
export interface Lazy<Value> {
  get(): Promise<Value>
  /** Undefined when nobody needed it. */
  ifMade(): Promise<Value | undefined>
}

export function lazily<Value>(make: () => Promise<Value>): Lazy<Value> {
  let made: Promise<Value> | undefined
  return {
    get: () =>
      (made ??= make().catch((cause: unknown) => {
        made = undefined
        throw cause
      })),
    ifMade: () => made ?? Promise.resolve(undefined),
  }
}
