import { Command, CommanderError } from 'commander'
import { toFirstError } from '@shared/errors'
import { findAppFiles } from '../headless/app-files'
import { addServe } from './commands/serve'
import type { CliContext } from './context'

/** @returns the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function runCommandLine(args: readonly string[], context: CliContext = processContext()): Promise<number> {
  const program = createProgram(context)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return 0
  } catch (cause) {
    // Commander has said by then what was wrong; help and version end with 0.
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2
    const error = toFirstError(cause)
    if (error.code === 'cancelled') return 130
    context.err(`${error.message} ${error.kind.action}\n`)
    if (error.code === 'internal_error' && error.cause instanceof Error) context.err(`${error.cause.stack ?? error.cause.message}\n`)
    return 1
  }
}

function createProgram(context: CliContext): Command {
  const program = new Command('first-desktop')
    .description('FIRST on your desk: a gateway for language models, with a window in the browser.')
    .version(findAppFiles().version)
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError('(«first-desktop --help» lists the commands)')
    .exitOverride()
  addServe(program, context)
  return program
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
  // A reader that went away, such as «head», is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort())
  return {
    env: process.env,
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    signal: stop.signal,
  }
}
