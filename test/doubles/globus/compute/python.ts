import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

export interface PythonCall {
  readonly source: string
  readonly name: string
  /** JSON array and JSON object. */
  readonly args: string
  readonly kwargs: string
  /** Ways to write the result, the first that works. */
  readonly forms: readonly ('json' | 'dill' | 'combined')[]
}

export type PythonOutcome = { readonly result: string } | { readonly exception: string }

export interface Python {
  run(call: PythonCall, environment: Readonly<Record<string, string>>): Promise<PythonOutcome>
  /** Ends what still runs. */
  close(): Promise<void>
}

const outcome = z.union([z.object({ result: z.string() }), z.object({ exception: z.string() })])
const script = fileURLToPath(new URL('./run-function.py', import.meta.url))

/** Runs functions in processes of their own, in a scratch folder, each no longer than `timeLimitS`. */
export function createPython({ scratch, timeLimitS }: { readonly scratch: string; readonly timeLimitS: number }): Python {
  const running = new Map<number, Promise<unknown>>()

  /** With all that it started: the process leads a group. */
  const end = (pid: number): void => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause
    }
  }

  return {
    async run(call, environment) {
      const child = spawn('python3', [script], { cwd: scratch, detached: true, stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: scratch, LANG: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1', ...environment } })
      const closed = once(child, 'close')
      const { pid } = child
      if (pid === undefined) return closed.then(() => ({ exception: 'python3 could not be started' }))
      running.set(pid, closed)
      const timer = setTimeout(() => end(pid), timeLimitS * 1000)
      const printed: Buffer[] = []
      child.stdout.on('data', (piece: Buffer) => printed.push(piece))
      // A process that is killed while it is written to: what it did not print says so.
      child.stdin.on('error', () => undefined)
      child.stdin.end(JSON.stringify(call))
      await closed
      clearTimeout(timer)
      end(pid)
      running.delete(pid)
      const text = Buffer.concat(printed).toString('utf8')
      return text === '' ? { exception: `Traceback (most recent call last):\nWorkerLost: the worker was lost, or ran for more than ${timeLimitS} s\n` } : outcome.parse(JSON.parse(text))
    },
    async close() {
      const ends = [...running.values()]
      for (const pid of running.keys()) end(pid)
      await Promise.all(ends)
    },
  }
}
