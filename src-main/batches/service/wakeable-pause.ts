/** Waits that end early when something has changed. */
export interface WakeablePause {
  pause(ms: number): Promise<void>
  wake(): void
}

export function createWakeablePause(): WakeablePause {
  let end = (): void => undefined
  return {
    pause: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        end = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    wake: () => end(),
  }
}
