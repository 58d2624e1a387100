import { z } from 'zod'

/** What the engine tells its child. */
export const toChild = z.object({
  type: z.literal('load'),
  key: z.string().min(16),
  host: z.string().default('127.0.0.1'),
  /** 0: a free one. */
  port: z.number().int().default(0),
  /** `/health` asks for no key, for those who only wait for the server. */
  isHealthOpen: z.boolean().default(false),
  modelId: z.string(),
  file: z.string(),
  contextTokens: z.number().int(),
  slots: z.number().int(),
  gpuLayers: z.number().int(),
  threads: z.number().int(),
})

/** What the child tells the engine; `hello` asks for `load`, so that no message is sent before somebody listens. */
export const fromChild = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('ready'), port: z.number().int() }),
  z.object({ type: z.literal('failed'), message: z.string() }),
])

export type ToChild = z.infer<typeof toChild>
export type FromChild = z.infer<typeof fromChild>
