import type { GgufFile } from '@main/engines/llama/gguf-file'
import { neededBytes, requireMemory } from '@main/engines/llama/memory'
import { describe, expect, it } from 'vitest'

/** As Llama 3.1 8B at four bits: 32 blocks, 8 key-value heads of 128. */
const model: GgufFile = { sizeBytes: 4.9e9, architecture: 'llama', blocks: 32, vocabulary: 128_256, kvBytesPerToken: 32 * 8 * 256 * 2 }
const request = { model, contextTokens: 8192, slots: 2, gpuLayers: 0 }

describe('the memory a model needs', () => {
  it('is its weights, a cache for each slot, and a little more', () => {
    expect(neededBytes(request) / 1e9).toBeCloseTo(4.9 + 2 * 8192 * 131_072e-9 + 0.36, 1)
  })

  it('grows with slots and context', () => {
    expect(neededBytes({ ...request, slots: 4 }) - neededBytes(request)).toBe(2 * 8192 * 131_072)
    expect(neededBytes({ ...request, contextTokens: 4096 })).toBeLessThan(neededBytes(request))
  })

  it('shrinks by what goes to the graphics card', () => {
    expect(neededBytes({ ...request, gpuLayers: 16 })).toBeLessThan(neededBytes(request) * 0.6)
    expect(neededBytes({ ...request, gpuLayers: 999 })).toBeLessThan(1e9)
  })

  it('is refused by a byte too few, and had with enough', () => {
    const needed = neededBytes(request)
    expect(() => requireMemory('m', request, needed)).not.toThrow()
    expect(() => requireMemory('m', request, needed - 1)).toThrow(expect.objectContaining({ code: 'out_of_memory', info: { neededBytes: needed, freeBytes: needed - 1 } }))
  })
})
