import type { Readable } from 'node:stream'

/** What a command may touch of the process it runs in. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { isTTY?: boolean }
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
}

/** What a command ends with; 1 for a failure is an error that is thrown. */
export type ExitCode = 0 | 1 | 2 | 130
