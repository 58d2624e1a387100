import type { App } from 'electron'
import { closeWithinMs } from '../scheduler/closing'

/** How long the core may take to end in order, in milliseconds: its replicas, and all else. After that its children are killed with the app. */
const patienceMs = closeWithinMs + 10_000

/**
 * Lets the app go once the core has closed. It waits in `will-quit`, when the windows are closed and have stored
 * what they still held.
 */
export function closeBeforeQuit(app: App, close: () => Promise<void>): void {
  let isClosing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (isClosing) return
    isClosing = true
    // `exit`, for a second `quit` after one that was held up hangs (seen with Electron 33).
    setTimeout(() => app.exit(1), patienceMs)
    close().then(
      () => app.exit(0),
      () => app.exit(1),
    )
  })
}
