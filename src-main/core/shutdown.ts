import type { Logger } from './logger'

/** What was opened, closed in the opposite order; one that fails does not keep the others open. */
export interface Shutdown {
  onClose(name: string, close: () => void | Promise<void>): void
  /** A second call waits for the first. */
  close(): Promise<void>
}

export function createShutdown(logger: () => Logger | undefined): Shutdown {
  const steps: { name: string; close: () => void | Promise<void> }[] = []
  let closing: Promise<void> | undefined
  const run = async (): Promise<void> => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step.close()
      } catch (cause) {
        logger()?.error({ cause, part: step.name }, 'a part could not be closed')
      }
    }
  }
  return {
    onClose: (name, close) => void steps.push({ name, close }),
    close: () => (closing ??= run()),
  }
}
