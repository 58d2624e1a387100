import { BrowserWindow } from 'electron'
import { desktopOrigin } from '@shared/rpc/desktop'
import { actionPaths, startErrorPath } from './start-error-page'
import { backgroundColor } from './window'

export interface StartErrorActions {
  quit(): void
  showDataDir(): void
}

/** A window that says what went wrong and what to do. It runs no script: its two buttons are links that are caught here. */
export function openStartError(icon: string, actions: StartErrorActions): BrowserWindow {
  const window = new BrowserWindow({
    width: 600,
    height: 380,
    title: 'FIRST Desktop',
    icon,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: backgroundColor(),
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, javascript: false, spellcheck: false },
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.on('will-navigate', (event) => {
    event.preventDefault()
    if (event.url === desktopOrigin + actionPaths.quit) actions.quit()
    if (event.url === desktopOrigin + actionPaths.folder) actions.showDataDir()
  })
  void window.loadURL(desktopOrigin + startErrorPath)
  return window
}
