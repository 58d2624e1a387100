import { FirstError } from '@shared/errors'
import type { GgufFile } from './gguf-file'

export interface MemoryRequest {
  readonly model: GgufFile
  /** Of one slot. */
  readonly contextTokens: number
  readonly slots: number
  readonly gpuLayers: number
}

const runtimeBytes = 96 * 2 ** 20
const stepTokens = 512
const bytesPerFloat = 4

/** Memory in bytes that a model takes when all its slots are full: weights on this side, keys and values, one step's logits, and the runtime. */
export function neededBytes({ model, contextTokens, slots, gpuLayers }: MemoryRequest): number {
  const here = model.blocks > 0 ? 1 - Math.min(gpuLayers, model.blocks) / model.blocks : 1
  const cacheBytes = model.kvBytesPerToken * contextTokens * slots
  const stepBytes = model.vocabulary * stepTokens * bytesPerFloat
  return Math.ceil((model.sizeBytes + cacheBytes) * here + stepBytes + runtimeBytes)
}

/** @throws FirstError `out_of_memory`, with what is needed and what is free. */
export function requireMemory(modelId: string, request: MemoryRequest, freeBytes: number): void {
  const needed = neededBytes(request)
  if (needed <= freeBytes) return
  const { model, contextTokens, slots } = request
  throw new FirstError(
    'out_of_memory',
    `${modelId} needs about ${gigabytes(needed)} of memory (${gigabytes(model.sizeBytes)} of weights, the rest for a context of ${contextTokens} tokens in each of ${slots} slots), and ${gigabytes(freeBytes)} are free.`,
    { info: { neededBytes: needed, freeBytes } },
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1)} GB`
}
