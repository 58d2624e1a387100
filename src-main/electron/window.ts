import { BrowserWindow, nativeTheme, screen } from 'electron'
import { desktopOrigin } from '@shared/rpc/desktop'
import type { Preferences } from './preferences'
import { placeWindow, smallestWindow } from './window-place'

export interface WindowFiles {
  readonly preload: string
  readonly icon: string
}

export interface MainWindowOptions extends WindowFiles {
  readonly preferences: Preferences
  readonly devTools: boolean
  /** `/accounts`; absent: where it was left. */
  readonly page?: string | undefined
}

/** The page's own background (`--canvas` of the window's theme), shown until its first paint. */
export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? '#16181b' : '#ffffff'
}

/** Opens the window where it was, and shows it with its first paint. */
export function openMainWindow({ preferences, preload, icon, devTools, page }: MainWindowOptions): BrowserWindow {
  nativeTheme.themeSource = preferences.theme()
  const kept = preferences.windowPlace()
  const window = new BrowserWindow({
    ...placeWindow(kept, workAreas()),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: 'FIRST Desktop',
    icon,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: backgroundColor(),
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools,
      // Chromium would fetch its dictionaries from a server; macOS has its own.
      spellcheck: process.platform === 'darwin',
    },
  })
  showOnceReady(window, kept?.isMaximized === true)
  rememberPlace(window, preferences)
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(backgroundColor())
  })
  void window.loadURL(addressOf(page))
  return window
}

/** How long a page that has loaded may take to its first paint. */
const paintMs = 2_000

/** With its first paint; or without one, since Electron tells of none where it thinks the window has no size: a window that is never shown is an app that does not start. */
function showOnceReady(window: BrowserWindow, isMaximized: boolean): void {
  let late: NodeJS.Timeout | undefined
  const show = (): void => {
    clearTimeout(late)
    if (window.isDestroyed() || window.isVisible()) return
    if (isMaximized) window.maximize()
    window.show()
  }
  window.once('ready-to-show', show)
  window.webContents.once('did-finish-load', () => (late = setTimeout(show, paintMs)))
}

/** Leads the open window to a page, without loading it anew. */
export function showPage(window: BrowserWindow, page: string): void {
  void window.loadURL(addressOf(page))
}

const addressOf = (page: string | undefined): string => `${desktopOrigin}/${page === undefined ? '' : `#${page}`}`

function workAreas(): [Electron.Rectangle, ...Electron.Rectangle[]] {
  const main = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== main.id)
  return [main.workArea, ...others.map(({ workArea }) => workArea)]
}

const settleMs = 500

/** Written when the hand has let go, not at each pixel, and once more at the end. */
function rememberPlace(window: BrowserWindow, preferences: Preferences): void {
  let timer: NodeJS.Timeout | undefined
  const keep = (): void => preferences.setWindowPlace({ ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  const keepSoon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(keep, settleMs)
  }
  const keepNow = (): void => {
    clearTimeout(timer)
    keep()
  }
  // Named one by one: the overloads of `on` take a single name.
  window.on('resize', keepSoon)
  window.on('move', keepSoon)
  window.on('maximize', keepSoon)
  window.on('unmaximize', keepSoon)
  window.on('close', keepNow)
}

/** Brings the window to the front, as a second start of the app asks. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
