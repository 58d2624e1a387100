/** Callers that wait for the same thing, each for as long as its own signal lets it. */
export interface Waiters<Value> {
  wait(signal: AbortSignal): Promise<Value>
  resolveAll(value: Value): void
  rejectAll(reason: Error): void
}

export function createWaiters<Value>(): Waiters<Value> {
  const waiting = new Set<{ readonly resolve: (value: Value) => void; readonly reject: (reason: Error) => void }>()
  return {
    wait: (signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          waiting.delete(waiter)
          signal.removeEventListener('abort', onAbort)
        }
        const onAbort = (): void => waiter.reject(signal.reason as Error)
        const waiter = {
          resolve: (value: Value) => {
            leave()
            resolve(value)
          },
          reject: (reason: Error) => {
            leave()
            reject(reason)
          },
        }
        waiting.add(waiter)
        if (signal.aborted) onAbort()
        else signal.addEventListener('abort', onAbort)
      }),
    resolveAll: (value) => [...waiting].forEach((waiter) => waiter.resolve(value)),
    rejectAll: (reason) => [...waiting].forEach((waiter) => waiter.reject(reason)),
  }
}
