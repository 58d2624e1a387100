/** What is to happen, soonest first; what was put in first, first among equals in time. */
export interface EventQueue<Event> {
  put(atMs: number, event: Event): void
  /** Infinity when nothing is left. */
  nextMs(): number
  take(): Event | undefined
}

/** A binary heap. */
export function createEventQueue<Event>(): EventQueue<Event> {
  const heap: { readonly atMs: number; readonly order: number; readonly event: Event }[] = []
  let order = 0
  const isBefore = (a: number, b: number): boolean => {
    const first = heap[a]
    const second = heap[b]
    return first !== undefined && second !== undefined && (first.atMs < second.atMs || (first.atMs === second.atMs && first.order < second.order))
  }
  const swap = (a: number, b: number): void => {
    const first = heap[a]
    const second = heap[b]
    if (first === undefined || second === undefined) return
    heap[a] = second
    heap[b] = first
  }
  return {
    put(atMs, event) {
      heap.push({ atMs, order: order++, event })
      for (let index = heap.length - 1; index > 0;) {
        const parent = (index - 1) >> 1
        if (!isBefore(index, parent)) break
        swap(index, parent)
        index = parent
      }
    },
    nextMs: () => heap[0]?.atMs ?? Infinity,
    take() {
      const first = heap[0]
      const last = heap.pop()
      if (first === undefined || last === undefined || heap.length === 0) return first?.event
      heap[0] = last
      for (let index = 0; ;) {
        const left = 2 * index + 1
        const child = left + 1 < heap.length && isBefore(left + 1, left) ? left + 1 : left
        if (child >= heap.length || !isBefore(child, index)) break
        swap(index, child)
        index = child
      }
      return first.event
    },
  }
}
