import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { FirstError } from '@shared/errors'

/**
 * The first process of a replica's group; fixed text, and what a person wrote is only in its arguments. It starts the engine when it is told
 * to, so that a crash before the state is on the disk starts nothing. It stays until the engine has ended: its number cannot become another's
 * while signals go to its group. Then it notes the exit code and takes what the engine left behind with it.
 */
const script = `
trap : HUP INT TERM
IFS= read -r go || exit 125
"$@" </dev/null
printf '%s\\n' "$?" >"$0"
kill -KILL 0
`

export interface SupervisedCommand {
  /** The program by its whole path. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Exists; gets what the engine prints. */
  readonly logFile: string
  /** Gets the exit code, and a line break. */
  readonly exitFile: string
}

export type StartSupervisor = (command: SupervisedCommand) => Promise<Supervisor>

export interface Supervisor {
  readonly pid: number
  /** Starts the engine, and lets the group live longer than this process; resolves when the supervisor was told. */
  go(): Promise<void>
  /** Ends it before anything was started. */
  abandon(): Promise<void>
}

/** Puts a supervisor in a process group of its own. @throws FirstError `model_failed` where the system starts no process */
export async function startSupervisor({ argv, env, cwd, logFile, exitFile }: SupervisedCommand): Promise<Supervisor> {
  const log = await open(logFile, 'a')
  const child = spawn('/bin/sh', ['-c', script, exitFile, ...argv], { detached: true, cwd, env, stdio: ['pipe', log.fd, log.fd] })
  // Too late to matter: a supervisor that is gone is seen as one that ended.
  child.stdin?.on('error', () => undefined)
  try {
    await once(child, 'spawn')
  } catch (cause) {
    throw notStarted(argv, cause)
  } finally {
    await log.close()
  }
  return {
    pid: child.pid ?? 0,
    go: async () => {
      child.unref()
      await new Promise<void>((resolve) => child.stdin?.end('go\n', () => resolve()))
    },
    abandon: () => abandon(child),
  }
}

export function notStarted(argv: readonly string[], cause: unknown): FirstError {
  return new FirstError('model_failed', `The system started no process for ${argv[0] ?? ''}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
}

async function abandon(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.stdin?.end()
  if (child.exitCode === null && child.signalCode === null) await gone
}
