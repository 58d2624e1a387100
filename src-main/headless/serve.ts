import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { systemClock, type Clock } from '../core/clock'
import { startCore } from '../core/compose'
import type { Core } from '../core/core'
import { createNodeChildHost } from '../engines/child-host'
import { startSupervisor } from '../engines/supervisor/supervisor'
import { plainCipher } from '../storage/secret-store'
import { findAppFiles, type AppFiles } from './app-files'
import { createAttempts } from './attempts'
import { createBrowserSessions } from './browser-sessions'
import { createOneTimeCode } from './one-time-code'
import { addWindowRoutes } from './window-routes'

export interface ServeOptions {
  readonly dataDir: string
  readonly configFile?: string
  readonly host?: string
  /** 0 picks a free one. */
  readonly port?: number
  /** A second place for log lines, besides the log file. */
  readonly logStream?: { write(line: string): unknown }
  readonly files?: AppFiles
  readonly clock?: Clock
}

export interface Served {
  readonly core: Core
  /** Opens the window in one browser, once: `http://127.0.0.1:3477/?code=…`. */
  readonly address: string
}

/** Starts the core in plain Node and serves the window to a browser on the gateway's own port. */
export async function serve(options: ServeOptions): Promise<Served> {
  const clock = options.clock ?? systemClock
  const files = options.files ?? findAppFiles()
  const code = createOneTimeCode(clock)
  const core = await startCore({
    dataDir: options.dataDir,
    ...(options.configFile !== undefined && { configFile: options.configFile }),
    overrides: { ...(options.host !== undefined && { host: options.host }), ...(options.port !== undefined && { port: options.port }) },
    hostKind: 'headless',
    version: files.version,
    windowOrigins: [],
    secretCipher: plainCipher,
    childHost: createNodeChildHost({ buildDir: files.buildDir }),
    startSupervisor,
    ownProgram: [process.execPath, join(files.buildDir, 'cli.js')],
    ...(files.workers !== undefined && { workers: files.workers }),
    resourcesDir: files.resourcesDir,
    clock,
    ...(options.logStream !== undefined && { logStream: options.logStream }),
    async mount(server, { database, keys, ownerKey, logger, maskSecret }) {
      maskSecret(code.code)
      const sessions = createBrowserSessions({ database, clock, name: cookieName(options.dataDir), ownerKey })
      await addWindowRoutes(server, { rendererDir: files.rendererDir, keys, sessions, code, attempts: createAttempts(clock), logger })
      return { admitsSocket: (request) => isSameOrigin(request) && sessions.isOpen(request.headers.cookie) }
    },
  })
  return { core, address: `${core.url}/?code=${code.code}` }
}

function cookieName(dataDir: string): string {
  return `first-session-${createHash('sha256').update(dataDir).digest('hex').slice(0, 8)}`
}

/** A cookie speaks for the owner only from a page of this very server: other ports of the host share cookies with it. */
function isSameOrigin({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
}
