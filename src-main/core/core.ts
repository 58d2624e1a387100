import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { HostKind } from '@shared/rpc/contract'
import type { ChildHost } from '../engines/engine'
import type { StartSupervisor } from '../engines/supervisor/supervisor'
import type { KeyVerifier } from '../identity/key-verifier'
import type { MessagePortLike } from '../rpc/message-port'
import type { RpcRouter } from '../rpc/router'
import type { Database } from '../storage/database'
import type { Clock } from './clock'
import type { Logger } from './logger'
import type { SecretCipher, ShellPort } from './ports'

export interface CoreOptions {
  readonly dataDir: string
  /** Absent: `config.yaml` in the data directory, which need not exist. */
  readonly configFile?: string
  /** Flags and environment: they beat the file. */
  readonly overrides: { readonly host?: string; readonly port?: number }
  readonly hostKind: HostKind
  readonly version: string
  /** Origins of windows that may call the gateway from a page, such as `app://first-desktop`. */
  readonly windowOrigins: readonly string[]
  readonly secretCipher: SecretCipher
  readonly childHost: ChildHost
  /** Starts what leads an engine that may outlive the app, and must hold no file of it. */
  readonly startSupervisor: StartSupervisor
  /** What stands for `first-desktop` in a launch on this machine: a program and its arguments. */
  readonly ownProgram?: readonly string[]
  /** The built modules `records-worker.js` and `batch-validate-worker.js`, threads of their own; absent: the core's own thread does their work. */
  readonly workers?: { readonly records: string; readonly batches: string }
  /** The folder `resources` of the app. */
  readonly resourcesDir: string
  /** JSON lines go to `logs/` of the data directory, and here too when given. */
  readonly logStream?: { write(line: string): unknown }
  readonly shell?: ShellPort
  readonly clock?: Clock
  /** Adds routes to the gateway's server before it listens: the window's files and its way in, headless. */
  readonly mount?: (server: FastifyInstance, parts: CoreParts) => Mounted | Promise<Mounted>
}

export interface Mounted {
  /** Whether a browser may open the socket at `/rpc`; without it, or when it says no, only the owner's key does. */
  readonly admitsSocket?: (request: IncomingMessage) => boolean
}

/** What a host may build on while the core starts. */
export interface CoreParts {
  readonly keys: KeyVerifier
  /** The key in `local.key`. */
  readonly ownerKey: string
  readonly database: Database
  readonly logger: Logger
  readonly clock: Clock
  /** Keeps a secret out of the log. */
  readonly maskSecret: (secret: string) => void
}

export interface Core {
  /** Where this machine reaches the gateway: `http://127.0.0.1:3477`, with the real port and no slash at its end. */
  readonly url: string
  /** Where others reach it, by the address it listens on. */
  readonly publicUrl: string
  readonly port: number
  readonly router: RpcRouter
  /** Serves the contract on a port, until the port or the core is closed. */
  servePort(port: MessagePortLike): void
  /** The key in `local.key`; the window has one of its own, by `session.open`. */
  readonly ownerKey: string
  readonly logger: Logger
  /** Ends everything in order; a second call waits for the first. */
  close(): Promise<void>
}
