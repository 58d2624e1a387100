import { FirstError } from '@shared/errors'
import { createLimiter } from '../limiter'
import type { Argv, CommandOutcome, CommandRunner, RunOptions } from './command-runner'
import { createForwards } from './forwards'
import { commandEnv } from './here'
import { quoteArgv } from './quote'
import { runProcess } from './run-process'
import { connectSsh, type SshConnection } from './ssh-connection'
import { isOfSsh, sshFailure } from './ssh-failure'
import type { SshPlace } from './ssh-options'

export interface OverSshDeps {
  readonly ssh: SshPlace
  /** More variables for every command there. */
  readonly env?: Readonly<Record<string, string>>
  /** For commands that name no time of their own. */
  readonly timeoutMs?: number
}

/**
 * Commands at a time. A host opens ten sessions on a connection where it is not told otherwise (sshd_config(5), MaxSessions), and ssh logs in anew
 * for each one more; two clusters on the person's own connection, with the `cat` of each, stay within that.
 */
const width = 4

/** Goes before what a command prints: a site's greeting, which the shells of some print to every command, ends there. */
const begin = 'first-desktop: begin'

function withoutGreeting(printed: string): string {
  const at = printed.indexOf(`${begin}\n`)
  return at < 0 ? printed : printed.slice(at + begin.length + 1)
}

/** Runs commands on another machine, over one control connection that is made when it is needed and made anew when it is lost. */
export function createRunnerOverSsh({ ssh, env = {}, timeoutMs: usualTimeoutMs = 30_000 }: OverSshDeps): CommandRunner {
  const local = commandEnv(process.env)
  const forwards = createForwards(local)
  const inTurn = createLimiter(width)
  const closing = new AbortController()
  let opening: Promise<SshConnection> | undefined

  /** Shared by all who wait, so one who gives up does not end it for the others. */
  const connection = async (signal: AbortSignal): Promise<SshConnection> => {
    if (closing.signal.aborted) throw new FirstError('shutting_down', `The connection to ${ssh.host} is closed.`)
    const mine = (opening ??= connectSsh(ssh, local, closing.signal))
    const forget = (): void => {
      if (opening === mine) opening = undefined
    }
    mine.then(({ ended }) => ended).then(forget, forget)
    return unlessAborted(mine, signal)
  }

  const run = async (argv: Argv, { timeoutMs = usualTimeoutMs, name = argv[0], ...options }: RunOptions): Promise<CommandOutcome> => {
    const over = await connection(options.signal)
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    // Ended there too when it hangs: killing the ssh here does not reach it.
    const remote = ['sh', '-c', 'echo "$0"; exec "$@"', begin, 'env', ...variables, 'timeout', '-k', '2', String(Math.ceil(timeoutMs / 1000) + 2), ...argv]
    const outcome = await runProcess(over.argv(['-T'], quoteArgv(remote)), { ...options, timeoutMs, env: local, name: `${name} on ${ssh.host}` })
    // 255 is ssh's own (ssh(1), EXIT STATUS), unless the command says it too.
    if (outcome.code === 255 && (!over.isUp() || isOfSsh(outcome.stderr))) throw sshFailure(ssh.host, outcome.stderr)
    return { ...outcome, stdout: withoutGreeting(outcome.stdout) }
  }

  return {
    where: ssh.host,
    reachesLoopback: ssh.forwardsPorts,
    run: (argv, options) => unlessAborted(inTurn(() => run(argv, options)), options.signal),
    async reach(address, signal) {
      return ssh.forwardsPorts ? forwards.to(address, await connection(signal), signal) : address
    },
    keep: (addresses) => forwards.keep(addresses),
    async close() {
      const mine = opening
      await forwards.keep([])
      closing.abort(new FirstError('shutting_down', `The connection to ${ssh.host} is closed.`))
      const over = await mine?.catch(() => undefined)
      await over?.close()
    },
  }
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new FirstError('cancelled', 'It was cancelled.'))
    if (signal.aborted) { abort(); return; }
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
