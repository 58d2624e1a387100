import { dialog, type BrowserWindow } from 'electron'
import { FirstError } from '@shared/errors'

const soonMs = 60_000

/** Opens the page again when its process dies, and says so; when that happens again soon, `giveUp` is called instead. */
export function recoverPage(window: BrowserWindow, now: () => number, giveUp: (error: FirstError) => void): void {
  let lastMs = Number.NEGATIVE_INFINITY
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    const isRepeated = now() - lastMs < soonMs
    lastMs = now()
    if (isRepeated) {
      giveUp(new FirstError('internal_error', `The window stopped working again and again (${reason}).`))
      return
    }
    window.webContents.reload()
    void dialog.showMessageBox(window, {
      type: 'warning',
      title: 'FIRST Desktop',
      message: 'The window stopped working and was opened again.',
      detail: `What you wrote and what was answered is kept. An answer that was on its way can be continued. (${reason})`,
    })
  })
}
