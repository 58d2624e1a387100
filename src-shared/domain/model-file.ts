import { z } from 'zod'

/** A GGUF file found on this machine, or chosen by the person. */
export const modelFile = z.object({
  path: z.string(),
  name: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  source: z.enum(['huggingface', 'lm-studio', 'ollama', 'llama.cpp', 'chosen']),
  architecture: z.string().optional(),
  /** Context the model was trained for. */
  contextTokens: z.number().int().positive().optional(),
  /** One sentence, where the file cannot be used. */
  problem: z.string().optional(),
})
export type ModelFile = z.infer<typeof modelFile>
