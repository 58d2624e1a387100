import { join } from 'node:path'
import process from 'node:process'
import { app, ipcMain, Menu, protocol, session, type BrowserWindow } from 'electron'
import { toFirstError, type FirstError } from '@shared/errors'
import { desktopOrigin } from '@shared/rpc/desktop'
import type { Core } from '../core/core'
import { createForkedSupervisors } from '../engines/supervisor/forked-supervisor'
import { createChildHost } from './child-host'
import { startOnSomePort } from './core-start'
import { linkIn, pageOfLink } from './deep-link'
import type { LaunchOptions } from './launch-options'
import { lockDownSession } from './lock-down'
import { menuTemplate } from './menu'
import { createPreferences } from './preferences'
import { loopbackGateway, serveWindow } from './protocol'
import { closeBeforeQuit } from './quit'
import { recoverPage } from './recovery'
import { createRpcHost } from './rpc-host'
import { createSecretCipher } from './secret-cipher'
import { createShellPort, showFolder } from './shell-port'
import { openStartError } from './start-error'
import { startErrorPage, startErrorPath } from './start-error-page'
import { focusWindow, openMainWindow, showPage } from './window'

export interface Desktop {
  readonly options: LaunchOptions
  /** What was wrong with the flags. */
  readonly problem: FirstError | undefined
  readonly dataDir: string
  /** Chromium's folder. */
  readonly profile: string
  readonly files: { readonly buildDir: string; readonly preload: string; readonly renderer: string; readonly resources: string; readonly icon: string }
}

/** Opens the window and starts the core beside it: the window paints from local data and waits for nothing. */
export function runDesktop({ options, problem, dataDir, profile, files }: Desktop): void {
  const preferences = createPreferences(profile === join(dataDir, 'window') ? dataDir : profile)
  const hasDevTools = !app.isPackaged || options.devTools
  let window: BrowserWindow | undefined
  let fatal: FirstError | undefined
  let core: Promise<Core> | undefined
  let gatewayUrl: string | undefined
  /** Where the first window opens; macOS tells of a link before there is one. */
  let firstPage = pageOfLink(linkIn(process.argv))

  const isReachable = (url: string): boolean => new URL(url).hostname === '127.0.0.1' || url === gatewayUrl

  function openWindow(page?: string): void {
    const opened = openMainWindow({ preferences, preload: files.preload, icon: files.icon, devTools: hasDevTools, page })
    const rpc = createRpcHost(ipcMain, opened.webContents)
    opened.on('closed', () => {
      if (window === opened) window = undefined
    })
    recoverPage(opened, Date.now, fail)
    if (options.devTools) opened.webContents.openDevTools()
    window = opened
    core ??= startCore()
    const attach = (running: Core): void => {
      rpc.start((port) => running.servePort(port))
      if (isReachable(running.url) || opened.isDestroyed()) return
      // Rare: the configuration binds the gateway to another address, which the page's policy does not name yet.
      gatewayUrl = running.url
      opened.webContents.reload()
    }
    core.then(attach).catch(fail)
  }

  /** Loaded late: the window's process is at work while this one reads the core's modules. */
  async function startCore(): Promise<Core> {
    const [{ startCore: start }] = await Promise.all([import('../core/compose'), app.whenReady()])
    const { host, port, configFile } = options
    const childHost = createChildHost(files.buildDir)
    return startOnSomePort(start, {
      dataDir,
      ...(configFile !== undefined && { configFile }),
      overrides: { ...(host !== undefined && { host }), ...(port !== undefined && { port }) },
      hostKind: 'desktop',
      version: app.getVersion(),
      windowOrigins: [desktopOrigin],
      secretCipher: createSecretCipher(process.platform),
      childHost,
      startSupervisor: createForkedSupervisors(childHost),
      workers: { records: join(files.buildDir, 'records-worker.js'), batches: join(files.buildDir, 'batch-validate-worker.js') },
      resourcesDir: files.resources,
      shell: createShellPort({ preferences, window: () => window }),
    })
  }

  /** The last window of a run that cannot go on. */
  function fail(cause: unknown): void {
    if (fatal !== undefined) return
    fatal = toFirstError(cause)
    process.stderr.write(`FIRST Desktop cannot go on: ${fatal.message} ${fatal.kind.action}\n`)
    const failed = window
    window = openStartError(files.icon, { quit: () => app.quit(), showDataDir: () => void showFolder(dataDir).catch(() => undefined) })
    failed?.destroy()
  }

  /** Somebody has started the app once more, or followed a link to a page of it. */
  function comeUp(page: string | undefined): void {
    if (window === undefined) {
      firstPage = page
      return
    }
    focusWindow(window)
    if (page !== undefined && fatal === undefined) showPage(window, page)
  }

  function openFolder(path: string): void {
    showFolder(path).catch((cause: unknown) => fail(cause))
  }

  process.on('uncaughtException', fail)
  // A promise that nobody waited for breaks no state that others build on: it is logged, and the gateway goes on.
  process.on('unhandledRejection', (cause) => {
    const log = (running: Core): void => running.logger.error({ cause }, 'a promise was rejected and nobody waited for it')
    void core?.then(log, () => undefined)
  })
  closeBeforeQuit(app, async () => {
    // A core that never started has nothing to close.
    const running = await core?.catch(() => undefined)
    await running?.close()
  })
  app.on('second-instance', (_event, args) => comeUp(pageOfLink(linkIn(args))))
  app.on('open-url', (event, link) => {
    event.preventDefault()
    comeUp(pageOfLink(link))
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => {
    if (window === undefined) openWindow()
  })

  function begin(): void {
    lockDownSession(session.defaultSession)
    serveWindow(protocol, {
      rendererDir: files.renderer,
      devServer: app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'],
      connect: () => [gatewayUrl ?? loopbackGateway],
      pages: new Map([[startErrorPath, () => (fatal === undefined ? '' : startErrorPage(fatal, dataDir))]]),
    })
    const actions = { showDataDir: () => openFolder(dataDir), showLogs: () => openFolder(join(dataDir, 'logs')) }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ platform: process.platform, appName: app.name, hasDevTools }, actions)))
    if (problem === undefined) openWindow(firstPage)
    else fail(problem)
  }
  app.whenReady().then(begin).catch(fail)
}
