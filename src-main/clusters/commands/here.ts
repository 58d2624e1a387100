import type { CommandRunner } from './command-runner'
import { runProcess } from './run-process'

/** What a workload manager's commands and a job may need of this machine's environment; the rest, such as keys of other servers, stays out of jobs. */
const passedOn = /^(?:PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH|KRB5CCNAME|XDG_RUNTIME_DIR|SSH_AUTH_SOCK|SLURM_CONF|PBS_.*|MODULE.*|LMOD_.*|CONDA_PREFIX|VIRTUAL_ENV|HF_HOME)$/

export interface HereDeps {
  /** More variables for every command; these win. */
  readonly env?: Readonly<Record<string, string>>
  /** For commands that name no time of their own. */
  readonly timeoutMs?: number
}

/** Runs commands on this machine. */
export function createRunnerHere({ env = {}, timeoutMs = 20_000 }: HereDeps = {}): CommandRunner {
  const whole = { ...commandEnv(process.env), ...env }
  return {
    where: 'this machine',
    reachesLoopback: true,
    run: (argv, options) => runProcess(argv, { timeoutMs, ...options, env: whole }),
    reach: (address) => Promise.resolve(address),
    keep: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

export const commandEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(env).filter(([name]) => passedOn.test(name)))
