type Hooks<Progress> = { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void }

/**
 * The newest progress whenever the reader asks, and at the end the result. A reader that leaves stops the work.
 * @throws what the work throws
 */
export async function* withProgress<Progress, Result>(work: (hooks: Hooks<Progress>) => Promise<Result>, signal: AbortSignal): AsyncGenerator<{ readonly progress: Progress } | { readonly result: Result }, void, undefined> {
  const left = new AbortController()
  let progress: Progress | undefined
  let wake = (): void => undefined
  let outcome: { readonly result: Result } | { readonly cause: unknown } | undefined
  const settle = (with_: NonNullable<typeof outcome>): void => {
    outcome = with_
    wake()
  }
  const hooks = {
    signal: AbortSignal.any([signal, left.signal]),
    onProgress(next: Progress) {
      progress = next
      wake()
    },
  }
  const ended = work(hooks).then(
    (result) => settle({ result }),
    (cause: unknown) => settle({ cause }),
  )
  try {
    for (;;) {
      if (outcome === undefined && progress === undefined) await new Promise<void>((resolve) => (wake = resolve))
      if (progress !== undefined) {
        const told = { progress }
        progress = undefined
        yield told
      } else if (outcome !== undefined) {
        if ('cause' in outcome) throw outcome.cause
        yield outcome
        return
      }
    }
  } finally {
    left.abort()
    await ended
  }
}
