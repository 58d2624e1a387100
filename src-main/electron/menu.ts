import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  readonly showDataDir: () => void
  readonly showLogs: () => void
}

export interface MenuOptions {
  readonly platform: NodeJS.Platform
  readonly appName: string
  readonly hasDevTools: boolean
}

/** The menus of this platform. The window's own keys (Ctrl/Cmd with N, K, F, and others) are left to it. */
export function menuTemplate({ platform, appName, hasDevTools }: MenuOptions, actions: MenuActions): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin'
  const appMenu: MenuItemConstructorOptions = {
    label: appName,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  }
  const folders: MenuItemConstructorOptions[] = [
    { label: 'Open &data folder', click: actions.showDataDir },
    { label: 'Open &log folder', click: actions.showLogs },
  ]
  return [
    ...(isMac ? [appMenu] : []),
    { label: '&File', submenu: [...folders, { type: 'separator' }, isMac ? { role: 'close' } : { role: 'quit', accelerator: 'Ctrl+Q' }] },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(hasDevTools ? ([{ type: 'separator' }, { role: 'reload' }, { role: 'toggleDevTools' }] satisfies MenuItemConstructorOptions[]) : []),
      ],
    },
    { role: 'windowMenu' },
    ...(isMac ? [] : [{ role: 'help', submenu: [{ role: 'about' }] } satisfies MenuItemConstructorOptions]),
  ]
}
