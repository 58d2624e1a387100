import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { FirstError } from '@shared/errors'
import type { Argv } from './command-runner'
import { runProcess } from './run-process'
import { sshFailure } from './ssh-failure'
import { sshArgs, type SshPlace } from './ssh-options'

const connectTimeoutMs = 30_000

/** One control connection, over which commands and forwards go without another login (ssh_config(5), ControlMaster). */
export interface SshConnection {
  /** An `ssh` on this connection: `options`, the host, and the remote command where there is one. */
  argv(options: readonly string[], remoteCommand?: string): Argv
  isUp(): boolean
  /** Resolves when it is over, whoever ended it. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/**
 * Connects, over the person's own control connection where one is up (at sites that ask for a code it is the only way), else with one of ours.
 * Ours runs `cat` there: when this process dies, however it does, `cat` sees the end of its input and the connection closes itself.
 * @throws FirstError `upstream_unreachable`
 */
export async function connectSsh(place: SshPlace, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<SshConnection> {
  const base = sshArgs(place)
  const folder = await mkdtemp(join(tmpdir(), 'fd-ssh-'))
  const path = join(folder, 'c')
  try {
    const check = await runProcess(['ssh', ...base, '-O', 'check', '--', place.host], { env, signal, timeoutMs: connectTimeoutMs, name: `ssh ${place.host}` })
    const isTheirs = check.code === 0
    const control = isTheirs ? [] : ['-S', path]
    const own = isTheirs ? [] : ['-M', '-o', 'ControlPersist=no', '-o', 'ClearAllForwardings=yes']
    const child = spawn('ssh', [...base, ...control, ...own, '-T', '--', place.host, 'cat'], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    const ended = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => rm(folder, { recursive: true, force: true }))
    await echoed(child, place.host, signal)
    return {
      argv: (options, remoteCommand) => ['ssh', ...base, ...control, '-o', 'ControlMaster=no', ...options, '--', place.host, ...(remoteCommand === undefined ? [] : [remoteCommand])],
      isUp: () => child.exitCode === null && child.signalCode === null,
      ended,
      async close() {
        child.kill('SIGTERM')
        await ended
      },
    }
  } catch (cause) {
    await rm(folder, { recursive: true, force: true })
    throw cause
  }
}

/** Resolves when the host has said back what it was told: the connection stands. */
function echoed(child: ChildProcessByStdio<Writable, Readable, Readable>, host: string, signal: AbortSignal): Promise<void> {
  const token = randomUUID()
  const printed = { stdout: '', stderr: '' }
  return new Promise((resolve, reject) => {
    const settle = (cause?: Error): void => {
      clearTimeout(deadline)
      signal.removeEventListener('abort', abort)
      if (cause === undefined) { resolve(); return; }
      child.kill('SIGKILL')
      reject(cause)
    }
    const abort = (): void => settle(signal.reason instanceof Error ? signal.reason : new FirstError('cancelled', 'It was cancelled.'))
    const deadline = setTimeout(() => settle(sshFailure(host, `${printed.stderr}\nConnection timed out`)), connectTimeoutMs)
    signal.addEventListener('abort', abort, { once: true })
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout = (printed.stdout + text).slice(-4096) // a site's greeting may come first
      if (printed.stdout.includes(token)) settle()
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed.stderr = (printed.stderr + text).slice(-4096)
    })
    child.once('error', (cause) => settle(new FirstError('upstream_unreachable', `ssh cannot be run: ${cause.message}.`, { cause, action: 'Install the OpenSSH client.' })))
    child.once('close', () => settle(sshFailure(host, printed.stderr)))
    // An end before this is written is told by `close`.
    child.stdin.on('error', () => undefined).write(`${token}\n`)
  })
}
