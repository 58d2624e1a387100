/** Waits that end early when somebody has signed in, and when nobody waits for them any longer. */
export interface Rests {
  readonly rest: (ms: number, signal: AbortSignal) => Promise<void>
  wake(): void
}

export function createRests(after: (ms: number, callback: () => void) => () => void): Rests {
  const waking = new Set<() => void>()
  return {
    rest: (ms, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          cancel()
          waking.delete(end)
          signal.removeEventListener('abort', end)
          resolve()
        }
        const cancel = after(ms, end)
        waking.add(end)
        signal.addEventListener('abort', end, { once: true })
        if (signal.aborted) end()
      }),
    wake: () => [...waking].forEach((end) => end()),
  }
}
