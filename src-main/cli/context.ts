import type { Readable } from 'node:stream'

/** What a command may touch of the process it runs in. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable & { isTTY?: boolean }
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Width of the terminal that `err` goes to; absent: it goes to none. */
  readonly terminalColumns?: number
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal
}

/** What a command ends with; 1 for a failure is an error that is thrown, 3 is a batch that did not answer every request. */
export type ExitCode = 0 | 1 | 2 | 3 | 130
