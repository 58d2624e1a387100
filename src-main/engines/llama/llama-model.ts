import { FirstError } from '@shared/errors'
import { z } from 'zod'
import { importLlamaNode, type NativeModel, type NativeRequest, type NativeRun } from './llama-node'
import type { ToChild } from './protocol'

/** An answer as far as it has come. */
export interface AnswerSoFar {
  readonly content: string
  readonly reasoning: string
  readonly toolCalls: readonly ToolCall[]
}

export interface ToolCall {
  readonly name: string
  /** JSON; while the answer grows, its beginning. */
  readonly arguments: string
}

export interface Completion extends AnswerSoFar {
  readonly finish: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
  readonly completionTokens: number
}

export interface RunningCompletion {
  readonly done: Promise<Completion>
  /** Frees the slot at once; `done` rejects. */
  cancel(): void
}

/** Sampling and template settings in llama.node's words, without what this module sets itself. */
export type CompletionRequest = Omit<NativeRequest, 'jinja' | 'reasoning_format'>

export interface LlamaModel {
  readonly contextTokens: number
  readonly slots: number
  /** Queues a request behind those before it; throws `context_length_exceeded` or `invalid_request`. */
  complete(request: CompletionRequest, onGrowth: (answer: AnswerSoFar) => void): Promise<RunningCompletion>
  load(): { readonly slotsBusy: number; readonly queued: number }
}

const nativeResult = z.object({
  content: z.string().default(''),
  reasoning_content: z.string().default(''),
  tool_calls: z.array(z.object({ function: z.object({ name: z.string(), arguments: z.string() }) })).default([]),
  stopped_eos: z.boolean(),
  stopped_word: z.boolean(),
  stopped_limit: z.boolean(),
  context_full: z.boolean(),
  tokens_predicted: z.number(),
})

/** Tokens that go through the model in one step, over all slots. */
const batchTokens = 512

/** Loads the file and turns on parallel slots. Blocks this thread until the weights are there. */
export async function loadLlamaModel(load: Pick<ToChild, 'file' | 'contextTokens' | 'slots' | 'gpuLayers' | 'threads'>): Promise<LlamaModel> {
  const library = await importLlamaNode()
  const native = await library.loadModel({
    model: load.file,
    n_ctx: load.contextTokens * load.slots,
    n_parallel: load.slots,
    n_batch: batchTokens,
    n_threads: load.threads,
    n_gpu_layers: load.gpuLayers,
    // A request that outgrows its context ends with `length` instead of forgetting its beginning.
    ctx_shift: false,
    lib_variant: load.gpuLayers > 0 && process.platform !== 'darwin' ? 'vulkan' : 'default',
  })
  if (!(await native.parallel.enable({ n_parallel: load.slots, n_batch: batchTokens }))) throw new Error('llama.cpp refused the parallel slots.')
  return {
    contextTokens: load.contextTokens,
    slots: load.slots,
    complete: (request, onGrowth) => complete(native, load.contextTokens, request, onGrowth),
    load: () => {
      const status = native.parallel.getStatus()
      return { slotsBusy: status.active_slots, queued: status.queued_requests }
    },
  }
}

async function complete(native: NativeModel, contextTokens: number, request: CompletionRequest, onGrowth: (answer: AnswerSoFar) => void): Promise<RunningCompletion> {
  const full: NativeRequest = { ...request, jinja: true, reasoning_format: 'auto' }
  const promptTokens = await countPromptTokens(native, full)
  if (promptTokens >= contextTokens)
    throw new FirstError('context_length_exceeded', `The prompt has ${promptTokens} tokens, and the context of this model holds ${contextTokens}.`, { param: 'messages' })
  const run = await refuseBadRequest(() =>
    native.parallel.completion(full, (_id, token) =>
      onGrowth({ content: token.content ?? '', reasoning: token.reasoning_content ?? '', toolCalls: toolCalls(token.tool_calls ?? []) }),
    ),
  )
  return { done: finished(run, promptTokens), cancel: () => run.stop() }
}

/** The library reports a prompt that does not fit as an empty answer, so it is counted first. */
async function countPromptTokens(native: NativeModel, request: NativeRequest): Promise<number> {
  const { prompt } = await refuseBadRequest(() => Promise.resolve(native.getFormattedChat(request.messages, undefined, request)))
  const { tokens } = await native.tokenize(prompt)
  return tokens.length
}

async function finished(run: NativeRun, promptTokens: number): Promise<Completion> {
  const result = nativeResult.parse(await run.promise)
  const ended = result.stopped_eos || result.stopped_word
  if (!ended && !result.stopped_limit && !result.context_full) throw new FirstError('model_failed', 'llama.cpp gave up on this request; the log of the model says why.')
  const calls = toolCalls(result.tool_calls)
  return {
    content: result.content,
    reasoning: result.reasoning_content,
    toolCalls: calls,
    finish: !ended ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop',
    promptTokens,
    completionTokens: result.tokens_predicted,
  }
}

/** What the chat template or the JSON schema cannot take is the caller's to mend. */
async function refuseBadRequest<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new FirstError('invalid_request', `The model's chat template does not take this request: ${reason}`, { param: 'messages', cause })
  }
}

function toolCalls(calls: readonly { readonly function: ToolCall }[]): ToolCall[] {
  return calls.map((call) => ({ name: call.function.name, arguments: call.function.arguments }))
}
