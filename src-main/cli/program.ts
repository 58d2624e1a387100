import { Command, CommanderError } from 'commander'
import { toFirstError, type FirstError } from '@shared/errors'
import { findAppFiles } from '../headless/app-files'
import { addAgent } from './commands/agent'
import { addBatch } from './commands/batch'
import { addChat } from './commands/chat'
import { addDeployment } from './commands/deployment'
import { addDoctor } from './commands/doctor'
import { addEngine } from './commands/engine'
import { addImport } from './commands/import'
import { addJobs } from './commands/jobs'
import { addKey } from './commands/key'
import { addLogin } from './commands/login'
import { addLogout } from './commands/logout'
import { addModels } from './commands/models'
import { addReplica } from './commands/replica'
import { addServe } from './commands/serve'
import { addStatus } from './commands/status'
import { addToken } from './commands/token'
import { addWhoami } from './commands/whoami'
import type { CliContext } from './context'

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 a batch did not answer every request, 130 interrupted. */
export async function runCommandLine(args: readonly string[], context: CliContext = processContext()): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' })
    return 0
  } catch (cause) {
    // Commander has said by then what was wrong; its own errors are of usage, whatever their code.
    if (cause instanceof CommanderError) return cause.code.startsWith('commander.') && cause.exitCode !== 0 ? 2 : cause.exitCode
    const error = toFirstError(cause)
    if (error.code === 'cancelled') return 130
    context.err(`${sentences(error)}\n`)
    return 1
  }
}

/** What went wrong and what to do; lists of problems, which end without a full stop, stand on lines of their own. */
function sentences({ code, message, cause, kind }: FirstError): string {
  if (code === 'internal_error') return `${message.replace(/\.$/, '')}: ${cause instanceof Error ? cause.message : String(cause)}. The file logs/first-desktop.log of the data directory may say more.`
  return `${message}${message.endsWith('.') ? ' ' : '\n'}${kind.action}`
}

function createProgram(context: CliContext): Command {
  const program = new Command('first-desktop')
    .description('FIRST on your desk: a gateway for language models, with a window in the browser.')
    .version(findAppFiles().version)
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .exitOverride()
  for (const add of [addServe, addStatus, addModels, addJobs, addChat, addKey, addLogin, addLogout, addWhoami, addToken, addAgent, addBatch, addDeployment, addReplica, addImport, addDoctor, addEngine]) add(program, context)
  pointToHelp(program, program.name())
  return program
}

/** After a wrong use, to the help that is about it. */
function pointToHelp(command: Command, words: string): void {
  command.showHelpAfterError(`(«${words} --help» lists ${command.commands.length > 0 ? 'the commands' : 'what it takes'})`)
  for (const each of command.commands) pointToHelp(each, `${words} ${each.name()}`)
}

function processContext(): CliContext {
  const stop = new AbortController()
  const onSignal = (): void => {
    // A second one means it: what hangs is not waited for.
    if (stop.signal.aborted) process.exit(130)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  process.on('SIGHUP', onSignal) // the terminal went away
  // A reader of the output that went away, such as «head», ends the command; one of the log does not matter.
  process.stdout.on('error', () => stop.abort())
  process.stderr.on('error', () => undefined)
  return {
    env: process.env,
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    ...(process.stderr.isTTY && { terminalColumns: process.stderr.columns }),
    signal: stop.signal,
  }
}
