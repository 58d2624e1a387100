import { basename } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FirstError } from '@shared/errors'
import type { LlamaOptions } from '../../engines/llama/options'
import { ownKeyVariable } from '../../engines/templates/engine-templates'
import type { CliContext } from '../context'
import { parseHost, parsePath, parsePort } from '../options'

interface LlamaFlags {
  readonly file: string
  readonly host: string
  readonly port: number
  readonly model?: string
  readonly context?: number
  readonly slots?: number
  readonly gpuLayers?: number
}

const shortestKey = 16

/**
 * Not for people: the template `llama` of a deployment starts it, also where a job of a workload manager runs. Its flags have no variables,
 * which a job would take over from whoever submitted it.
 */
export function addEngine(program: Command, context: CliContext): void {
  program
    .command('engine', { hidden: true })
    .description('run an engine by itself')
    .command('llama')
    .description(`serve a GGUF file; the key is the variable ${ownKeyVariable}`)
    .addOption(new Option('--file <file>', 'GGUF file').argParser(parsePath).makeOptionMandatory())
    .addOption(new Option('--host <host>', 'address to listen on').argParser(parseHost).default('127.0.0.1'))
    .addOption(new Option('--port <port>', 'port to listen on').argParser(parsePort).makeOptionMandatory())
    .addOption(new Option('--model <name>', 'the name that requests use (default: the file’s)'))
    .addOption(new Option('--context <tokens>', 'tokens that a request may use').argParser(parseCount))
    .addOption(new Option('--slots <number>', 'requests answered at a time').argParser(parseCount))
    .addOption(new Option('--gpu-layers <number>', 'layers kept on a GPU').argParser(parseCount))
    .action((flags: LlamaFlags) => serveLlama(flags, context))
}

/** Ends when the command is told to, and fails when the engine ends by itself. */
async function serveLlama(flags: LlamaFlags, context: CliContext): Promise<void> {
  const key = context.env[ownKeyVariable] ?? ''
  if (key.length < shortestKey) throw new FirstError('invalid_request', `The variable ${ownKeyVariable} must hold the engine's key, of at least ${shortestKey} characters.`, { action: 'Set it, and start the engine again.' })
  const [{ findAppFiles }, { createNodeChildHost }, { availableMemoryBytes }, { createLlamaEngine }, { pino }] = await Promise.all([
    import('../../headless/app-files'),
    import('../../engines/child-host'),
    import('../../engines/llama/available-memory'),
    import('../../engines/llama/llama-engine'),
    import('pino'),
  ])
  const engine = createLlamaEngine({
    childHost: createNodeChildHost({ buildDir: findAppFiles().buildDir }),
    logger: pino({ base: null }, { write: context.err }),
    freeMemoryBytes: availableMemoryBytes,
    onOutput: context.err,
  })
  const options: LlamaOptions = {
    modelId: flags.model ?? basename(flags.file, '.gguf'),
    file: flags.file,
    ...(flags.context !== undefined && { contextTokens: flags.context }),
    ...(flags.slots !== undefined && { slots: flags.slots }),
    ...(flags.gpuLayers !== undefined && { gpuLayers: flags.gpuLayers }),
    stands: { key, host: flags.host, port: flags.port },
  }
  const running = await engine.start(options, context.signal).catch((cause: unknown) => {
    if (context.signal.aborted) return undefined
    throw cause
  })
  if (running === undefined) return
  const stop = (): void => void running.stop()
  if (context.signal.aborted) stop()
  context.signal.addEventListener('abort', stop, { once: true })
  const { reason } = await running.exited
  if (reason === 'crashed') throw new FirstError('model_failed', 'The engine ended by itself; the lines above say why.')
}

function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is a whole number.')
  return count
}
