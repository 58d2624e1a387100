import type { Logger } from '../core/logger'

/** Runs writes whose loss is worth a warning and no more: what they keep is in memory as well. */
export function tolerant(logger: Logger, warning: string): (write: () => unknown) => void {
  return (write) => {
    try {
      write()
    } catch (cause) {
      logger.warn({ cause }, warning)
    }
  }
}
