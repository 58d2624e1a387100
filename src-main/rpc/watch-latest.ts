/** Something with a present state that changes. */
export interface Source<State> {
  read(): State
  /** @returns how to stop. */
  onChange(listener: () => void): () => void
}

/**
 * The present state of every source, then each again after it changed. A reader that is slow gets the newest state
 * and misses those between, so nothing queues up for it.
 */
export async function* watchLatest<State>(sources: readonly Source<State>[], signal: AbortSignal): AsyncGenerator<State, void, undefined> {
  const changed = new Set(sources)
  let wake = (): void => undefined
  const stops = sources.map((source) =>
    source.onChange(() => {
      changed.add(source)
      wake()
    }),
  )
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      const [source] = changed
      if (source === undefined) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      changed.delete(source)
      yield source.read()
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    for (const stop of stops) stop()
  }
}
