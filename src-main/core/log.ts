import { pino, stdSerializers } from 'pino'
import { createStream } from 'rotating-file-stream'
import type { Config } from '@shared/config/schema'
import type { Logger } from './logger'
import type { Mask } from './mask'

export interface Log {
  readonly logger: Logger
  setLevel(level: Config['log']['level']): void
  /** Resolves when every line is in the file. */
  close(): Promise<void>
}

export interface LogDeps {
  /** Folder of `first-desktop.log` and the older parts of it. */
  readonly dir: string
  readonly mask: Mask
  readonly level: Config['log']['level']
  /** A second place for each line: stderr, headless. */
  readonly stream?: { write(line: string): unknown }
}

/** JSON lines to a file that never grows past 50 MB in all: 10 MB, and four older parts, compressed. */
export function createLog(deps: LogDeps): Log {
  const file = createStream('first-desktop.log', { path: deps.dir, size: '10M', maxFiles: 4, compress: 'gzip', mode: 0o600 })
  // A log that cannot be written must not end the app; the second stream still has the line.
  file.on('error', (cause) => deps.stream?.write(`${JSON.stringify({ level: 'error', message: 'the log file cannot be written', cause: cause.message })}\n`))
  const sink = {
    write(line: string) {
      const masked = deps.mask.apply(line)
      file.write(masked)
      deps.stream?.write(masked)
    },
  }
  const logger = pino(
    {
      level: deps.level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { cause: stdSerializers.errWithCause, err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
    },
    sink,
  )
  return {
    logger,
    setLevel(level) {
      logger.level = level
    },
    close: () => new Promise((resolve) => file.end(() => resolve())),
  }
}
