import { z } from 'zod'

/** How one GGUF model is run. */
export const llamaOptions = z.object({
  /** The id that requests name. */
  modelId: z.string().min(1),
  /** Absolute path; of a split model the first part. */
  file: z.string().min(1),
  /** Tokens of prompt and answer that one request may use; absent: what the model was trained for, at most 8192. */
  contextTokens: z.number().int().min(64).optional(),
  /** Requests answered at a time; the others wait in order. Absent: 2. */
  slots: z.number().int().min(1).max(64).optional(),
  /** Blocks whose weights go to the graphics card; absent: all of them on a Mac, else none. */
  gpuLayers: z.number().int().min(0).optional(),
  /** For a server that others start and know by this: its key, and where it listens. Absent: a new key, and any port of loopback. */
  stands: z.object({ key: z.string().min(16), host: z.string().min(1), port: z.number().int().min(0).max(65_535) }).optional(),
})

export type LlamaOptions = z.infer<typeof llamaOptions>

const defaultContextTokens = 8192
const fallbackContextTokens = 4096
/** llama.cpp rounds the context of a slot up to a multiple of this. */
const contextStep = 256
export const defaultSlots = 2

/** Tokens of context a slot gets when the options name none; `trained` is the model's own length. */
export function contextTokensFor(options: LlamaOptions, trained: number | undefined): number {
  const wanted = options.contextTokens ?? Math.min(trained ?? fallbackContextTokens, defaultContextTokens)
  return Math.ceil(wanted / contextStep) * contextStep
}
