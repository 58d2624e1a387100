import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { FirstError } from '@shared/errors'
import type { Logger } from '../../core/logger'
import type { ChildHost, ChildProcess, Engine, EngineExit, RunningEngine } from '../engine'
import { createLoadProgress } from './load-progress'
import { requireMemory } from './memory'
import { contextTokensFor, defaultSlots, type LlamaOptions } from './options'
import { createOutputTail, type OutputTail } from './output-tail'
import { fromChild, type ToChild } from './protocol'
import { readModelFile } from './split-file'

export interface LlamaEngineDeps {
  readonly childHost: ChildHost
  readonly logger: Logger
  /** Memory that can be had without swapping, in bytes (`availableMemoryBytes`). */
  readonly freeMemoryBytes: () => number
  /** Fractions from 0 to 1 of the weights that are loaded. */
  readonly onProgress?: (options: LlamaOptions, fraction: number) => void
  /** What the child prints, as it prints it. */
  readonly onOutput?: (text: string) => void
}

const childModule = 'llama-child.js'
/** llama.cpp takes this as "all of them". */
const allLayers = 999

/**
 * Runs a GGUF model in a child process. `start` rejects with `model_file_invalid`, `out_of_memory`, `model_failed` (llama.cpp's
 * reason in the message), or `cancelled` when the signal is aborted.
 */
export function createLlamaEngine(deps: LlamaEngineDeps): Engine<LlamaOptions> {
  return {
    start: async (options, signal) => {
      const load = await planLoad(options, deps.freeMemoryBytes)
      if (signal.aborted) throw cancelled(options)
      const tail = createOutputTail()
      const child = deps.childHost.fork({ module: childModule, name: `llama ${options.modelId}`, env: {} })
      child.onOutput((text) => tail.add(text))
      if (deps.onOutput) child.onOutput(deps.onOutput)
      if (deps.onProgress) child.onOutput(createLoadProgress((fraction) => deps.onProgress?.(options, fraction)))
      const port = await untilReady(child, load, tail, signal)
      deps.onProgress?.(options, 1)
      deps.logger.info({ model: options.modelId, pid: child.pid, port, slots: load.slots, contextTokens: load.contextTokens }, 'model is loaded')
      return running(child, port, load, tail, deps.logger)
    },
  }
}

/** Checks the file and the memory before a process is spent on them. */
async function planLoad(options: LlamaOptions, freeMemoryBytes: () => number): Promise<ToChild> {
  const model = await readModelFile(options.file)
  const contextTokens = contextTokensFor(options, model.contextTokens)
  const slots = options.slots ?? defaultSlots
  const gpuLayers = options.gpuLayers ?? (process.platform === 'darwin' ? allLayers : 0)
  // A Mac's graphics card uses the same memory.
  const offloaded = process.platform === 'darwin' ? 0 : gpuLayers
  requireMemory(options.modelId, { model, contextTokens, slots, gpuLayers: offloaded }, freeMemoryBytes())
  const stands = options.stands ?? { key: randomBytes(32).toString('base64url'), host: '127.0.0.1', port: 0 }
  return { type: 'load', ...stands, isHealthOpen: options.stands !== undefined, modelId: options.modelId, file: options.file, contextTokens, slots, gpuLayers, threads: threadCount() }
}

/** Resolves to the port; otherwise the child is ended before this rejects. */
function untilReady(child: ChildProcess, load: ToChild, tail: OutputTail, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    let reason: FirstError | undefined
    const giveUp = (error: FirstError): void => {
      reason ??= error
      child.kill()
    }
    const abort = (): void => giveUp(cancelled(load))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    child.onExit(() => {
      signal.removeEventListener('abort', abort)
      reject(reason ?? failed(load, tail, 'its process ended while it loaded'))
    })
    child.onMessage((raw) => {
      const message = fromChild.safeParse(raw)
      // A utility process that has not started yet cannot be ended; it is as soon as it speaks.
      if (reason) child.kill()
      else if (!message.success) giveUp(failed(load, tail, 'its process sent something unknown'))
      else if (message.data.type === 'hello') child.send(load)
      else if (message.data.type === 'failed') giveUp(failed(load, tail, message.data.message))
      else {
        signal.removeEventListener('abort', abort)
        resolve(message.data.port)
      }
    })
  })
}

function running(child: ChildProcess, port: number, load: ToChild, tail: OutputTail, logger: Logger): RunningEngine {
  let isStopping = false
  const exited = new Promise<EngineExit>((resolve) =>
    child.onExit((code) => {
      const exit: EngineExit = { reason: isStopping ? 'stopped' : 'crashed', logTail: tail.text() }
      if (exit.reason === 'crashed') logger.error({ model: load.modelId, pid: child.pid, code, complaint: tail.complaint() }, 'model ended by itself')
      else logger.info({ model: load.modelId, pid: child.pid }, 'model is stopped')
      resolve(exit)
    }),
  )
  return {
    origin: `http://${load.host}:${port}`,
    key: load.key,
    ...(child.pid === undefined ? {} : { pid: child.pid }),
    exited,
    stop: async () => {
      isStopping = true
      // It keeps nothing that a softer end would save.
      child.kill()
      await exited
    },
  }
}

/** Half of the logical processors: two of them share one core's arithmetic on most machines, and the rest of the app lives too. */
function threadCount(): number {
  return Math.max(1, Math.ceil(availableParallelism() / 2))
}

function failed({ file, modelId }: ToChild, tail: OutputTail, what: string): FirstError {
  const complaint = tail.complaint()
  return new FirstError('model_failed', `${modelId} could not be loaded from ${file}: ${what}${complaint === '' ? '' : ` (${complaint})`}.`, { info: { logTail: tail.text() } })
}

function cancelled({ modelId }: { readonly modelId: string }): FirstError {
  return new FirstError('cancelled', `Loading ${modelId} was cancelled.`)
}
