import { app, dialog, nativeTheme, Notification, shell, type BrowserWindow } from 'electron'
import { FirstError } from '@shared/errors'
import { isSafeUrl } from '@shared/safe-url'
import type { ShellPort } from '../core/ports'
import { createAwake } from './awake'
import { linkScheme } from './deep-link'
import type { Preferences } from './preferences'
import { backgroundColor } from './window'

export interface ShellDeps {
  readonly preferences: Preferences
  /** The window that dialogs belong to, while it is open. */
  readonly window: () => BrowserWindow | undefined
}

/** Takes the bar away (Electron's manual, `win.setProgressBar`). */
const noProgress = -1

/** What the contract's `shell` procedures do on this desktop. */
export function createShellPort({ preferences, window }: ShellDeps): ShellPort {
  const awake = createAwake()
  return {
    setTheme(theme) {
      preferences.setTheme(theme)
      nativeTheme.themeSource = theme
      window()?.setBackgroundColor(backgroundColor())
    },
    async chooseModelFile() {
      const options = { title: 'Choose a GGUF model', properties: ['openFile' as const], filters: [{ name: 'GGUF models', extensions: ['gguf'] }] }
      const parent = window()
      const { filePaths } = await (parent === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(parent, options))
      return filePaths[0]
    },
    notify({ title, text }) {
      if (!Notification.isSupported()) return
      const note = new Notification({ title, body: text })
      note.on('click', () => {
        window()?.show()
        window()?.focus()
      })
      note.show()
    },
    showFolder: (path) => showFolder(path),
    async openExternal(url) {
      if (isSafeUrl(url)) await shell.openExternal(url)
    },
    link: (page) => (app.isPackaged && app.isDefaultProtocolClient(linkScheme) ? `${linkScheme}://${page}` : undefined),
    setProgress: (done) => window()?.setProgressBar(done ?? noProgress),
    setAtWork: (isAtWork) => awake.setAtWork(isAtWork),
    setStaysAwake: (staysAwake) => awake.setStaysAwake(staysAwake),
  }
}

/** Opens a folder in the system's file manager. */
export async function showFolder(path: string): Promise<void> {
  const problem = await shell.openPath(path)
  if (problem !== '') throw new FirstError('internal_error', `The folder ${path} could not be opened: ${problem}.`)
}
