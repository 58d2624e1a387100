import type { ElectronApplication, Page } from '@playwright/test'

/** What a host needs to start, all of it in a scratch folder. */
export interface Launch {
  readonly dataDir: string
  /** HOME of the processes, and where the browser keeps its profile. */
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  /** 0: a free one; `default` says nothing, as a person who clicks an icon. */
  readonly port: number | 'default'
}

export interface Launched {
  readonly page: Page
  /** The processes we started, that of the core first; the rest descend from them. */
  readonly roots: readonly [number, ...number[]]
  /** For the next start, so that the page keeps its origin and with it its database. */
  readonly port: number
  /** In Electron only. */
  readonly electron?: ElectronApplication
  /** Quits as a person would. */
  quit(): Promise<void>
}

/** The folder of the built project. */
export const root = process.cwd()
export const isRoot = process.getuid?.() === 0

/** The arguments that both hosts take. */
export function hostArgs({ dataDir, port }: Launch): string[] {
  return ['--data-dir', dataDir, ...(port === 'default' ? [] : ['--port', String(port)])]
}

/** Only what programs need, so that nothing of the machine's user leaks in. */
export function scratchEnv({ home, env }: Launch): Record<string, string> {
  const names = ['PATH', 'DISPLAY', 'XAUTHORITY', 'WAYLAND_DISPLAY', 'LANG', 'TMPDIR', 'ELECTRON_OVERRIDE_DIST_PATH']
  const kept = Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
  return {
    ...kept,
    HOME: home,
    XDG_CONFIG_HOME: `${home}/config`,
    XDG_CACHE_HOME: `${home}/cache`,
    XDG_DATA_HOME: `${home}/share`,
    XDG_STATE_HOME: `${home}/state`,
    XDG_RUNTIME_DIR: `${home}/run`,
    ...env,
  }
}
