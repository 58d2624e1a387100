import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { FirstError } from '@shared/errors'
import type { Argv, CommandOutcome, RunOptions } from './command-runner'

/** A list of jobs on a large site is a few megabytes. */
const outputLimitBytes = 16 * 1024 * 1024

export interface ProcessOptions extends RunOptions {
  readonly env: NodeJS.ProcessEnv
  readonly timeoutMs: number
}

/**
 * Runs a command to its end in a process group of its own, so that at the deadline all that it started goes with it.
 * @throws FirstError `upstream_unreachable`, or the reason of the signal
 */
export function runProcess(argv: Argv, { env, signal, input = '', timeoutMs, name = argv[0] }: ProcessOptions): Promise<CommandOutcome> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(reasonOf(signal))
      return
    }
    const [file, ...args] = argv
    const child = spawn(file, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    const out = { stdout: '', stderr: '' }
    let size = 0

    const settle = (conclude: () => void): void => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', abort)
      conclude()
    }
    const giveUp = (cause: Error): void => {
      killGroup(child.pid)
      // Not waited for: a process stuck in the kernel cannot be killed, and must hold nobody up.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
      child.unref()
      settle(() => reject(cause))
    }
    const abort = (): void => giveUp(reasonOf(signal))
    const deadline = setTimeout(() => giveUp(problem(`${name} did not answer within ${Math.max(1, Math.round(timeoutMs / 1000))} s.`, 'Try the command in a terminal; the site may be overloaded.')), timeoutMs)
    signal.addEventListener('abort', abort, { once: true })

    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        size += text.length
        if (size > outputLimitBytes) giveUp(problem(`${name} printed more than ${outputLimitBytes / 1024 / 1024} MB.`, 'Try the command in a terminal.'))
        else out[stream] += text
      })
    // A command may end without reading what it is given: its exit code says what came of that.
    child.stdin.on('error', () => undefined).end(input)
    child.once('error', (cause: NodeJS.ErrnoException) => settle(() => reject(notStarted(file, cause))))
    child.once('close', (code, by) => settle(() => resolve({ code: code ?? 128 + (by === null ? 0 : constants.signals[by]), ...out })))
  })
}

const reasonOf = (signal: AbortSignal): Error => (signal.reason instanceof Error ? signal.reason : new FirstError('cancelled', 'It was cancelled.'))

const problem = (message: string, action: string): FirstError => new FirstError('upstream_unreachable', message, { action })

function notStarted(file: string, cause: NodeJS.ErrnoException): FirstError {
  if (cause.code === 'ENOENT') return new FirstError('upstream_unreachable', `This machine has no command ${file}.`, { cause, action: `Install it, or see that ${file} is in the PATH of FIRST Desktop.` })
  return new FirstError('upstream_unreachable', `${file} cannot be run: ${cause.message}.`, { cause, action: `Try ${file} in a terminal.` })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause
  }
}
