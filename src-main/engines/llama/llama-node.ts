export interface NativeToolCall {
  readonly id?: string
  readonly function: { readonly name: string; readonly arguments: string }
}

/** Texts and tool calls are those of the answer so far, not what was added. */
export interface NativeToken {
  readonly content?: string
  readonly reasoning_content?: string
  readonly tool_calls?: readonly NativeToolCall[]
}

export interface NativeRequest {
  messages: readonly object[]
  jinja: boolean
  reasoning_format: 'none' | 'auto'
  enable_thinking?: boolean
  tools?: readonly object[]
  tool_choice?: 'auto' | 'none' | 'required'
  parallel_tool_calls?: boolean
  response_format?: object
  n_predict: number
  temperature?: number
  top_p?: number
  top_k?: number
  min_p?: number
  seed?: number
  penalty_freq?: number
  penalty_present?: number
  penalty_repeat?: number
  stop?: readonly string[]
}

export interface NativeRun {
  /** The result, or a rejection after `stop`. */
  readonly promise: Promise<unknown>
  stop(): void
}

export interface NativeModel {
  readonly parallel: {
    enable(config: { n_parallel: number; n_batch: number }): Promise<boolean>
    completion(request: NativeRequest, onToken: (requestId: number, token: NativeToken) => void): Promise<NativeRun>
    getStatus(): { readonly active_slots: number; readonly queued_requests: number }
  }
  getFormattedChat(messages: readonly object[], template: undefined, options: object): { readonly prompt: string }
  tokenize(text: string): Promise<{ readonly tokens: Int32Array }>
}

/** The part of `@fugood/llama.node` 1.7 that is used here. */
export interface LlamaNode {
  loadModel(options: {
    model: string
    /** Over all slots together. */
    n_ctx: number
    n_parallel: number
    n_batch: number
    n_threads: number
    n_gpu_layers: number
    ctx_shift: boolean
    lib_variant: 'default' | 'vulkan' | 'cuda'
  }): Promise<NativeModel>
}

/**
 * Loads the library. Its name is not a literal in the import, because the package ships TypeScript source in place of
 * declarations, and that source does not pass our compiler settings.
 */
export async function importLlamaNode(): Promise<LlamaNode> {
  const name: string = '@fugood/llama.node'
  const library: unknown = await import(/* @vite-ignore */ name)
  if (!isLlamaNode(library)) throw new Error(`${name} has no loadModel.`)
  return library
}

function isLlamaNode(library: unknown): library is LlamaNode {
  return typeof library === 'object' && library !== null && 'loadModel' in library && typeof library.loadModel === 'function'
}
