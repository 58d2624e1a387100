import type { CliContext } from '../context'

/** A line at the bottom of a terminal that is painted over and over; nothing where errors do not go to a terminal. */
export interface ProgressBar {
  /** @param fraction 0 to 1 */
  show(fraction: number, text: string): void
  clear(): void
}

const eraseLine = '\r\x1b[K'
const most = 30

export function createProgressBar({ err, terminalColumns }: CliContext): ProgressBar {
  let isShown = false
  if (terminalColumns === undefined) return { show: () => undefined, clear: () => undefined }
  return {
    show(fraction, text) {
      const part = Math.min(1, Math.max(0, fraction))
      const width = Math.max(0, Math.min(most, terminalColumns - text.length - 10))
      const full = Math.round(part * width)
      const line = `${width > 0 ? `${'█'.repeat(full)}${'░'.repeat(width - full)} ` : ''}${String(Math.floor(part * 100)).padStart(3)} % ${text}`
      err(`${eraseLine}${line.slice(0, terminalColumns - 1)}`)
      isShown = true
    },
    clear() {
      if (isShown) err(eraseLine)
      isShown = false
    },
  }
}
