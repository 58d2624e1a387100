import { app, shell, type Session, type WebContents } from 'electron'
import { desktopOrigin } from '@shared/rpc/desktop'
import { isOutsideLink, isWindowUrl } from './links'

/** What pages may do without being asked; all else is refused. Copying answers is all they need. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** Every page, present and future: no navigation away, no new window, no embedded page; links open in the system's browser. */
export function lockDownPages(): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents))
}

function lockDown(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isWindowUrl(event.url)) return
    event.preventDefault()
    if (event.isMainFrame) openOutside(event.url)
  })
  contents.on('will-redirect', (event) => {
    if (!isWindowUrl(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault()
    choose('')
  })
}

function openOutside(link: string): void {
  if (!isOutsideLink(link)) return
  // Nothing to be done when the system has no browser: the page stays as it is.
  shell.openExternal(link).catch(() => undefined)
}

/** Permissions, devices and downloads of the window's session. */
export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(isWindowUrl(contents.getURL()) && allowedPermissions.has(permission)))
  session.setPermissionCheckHandler((_contents, permission, origin) => isWindowUrl(origin) && allowedPermissions.has(permission))
  session.setDevicePermissionHandler(() => false)
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault()
    choose()
  })
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault()
    choose('')
  })
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault()
    choose()
  })
  // The window saves what it made itself; it has no business fetching files from elsewhere.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${desktopOrigin}/`)) event.preventDefault()
  })
}
