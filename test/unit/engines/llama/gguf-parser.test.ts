import { HeadIncomplete, NotGguf, parseGgufHead } from '@main/engines/llama/gguf-parser'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tinyGguf } from '../../../fixtures/gguf'

const file = tinyGguf({ name: 'Tiny', contextTokens: 4096 })

describe('the head of a GGUF file', () => {
  it('tells what the model is', () => {
    const { version, metadata, listLengths } = parseGgufHead(file)
    expect(version).toBe(3)
    expect(metadata.get('general.architecture')).toBe('llama')
    expect(metadata.get('general.name')).toBe('Tiny')
    expect(metadata.get('llama.context_length')).toBe(4096)
    expect(metadata.get('tokenizer.chat_template')).toContain('add_generation_prompt')
    expect(listLengths.get('tokenizer.ggml.tokens')).toBeGreaterThan(256)
  })

  it('tells how long a whole file is', () => {
    expect(parseGgufHead(file).expectedBytes).toBe(file.length)
  })

  it('is asked for again with more bytes wherever it is cut', () => {
    const headBytes = file.indexOf('blk.1.ffn_down.weight')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: headBytes }), (end) => {
        expect(() => parseGgufHead(file.subarray(0, end))).toThrow(HeadIncomplete)
      }),
    )
  })

  it.each<[string, (bytes: Buffer) => void]>([
    ['another magic', (bytes) => bytes.write('GGML')],
    ['a version of the future', (bytes) => bytes.writeUInt32LE(9, 4)],
    ['the other byte order', (bytes) => bytes.writeUInt32BE(3, 4)],
    ['a count beyond reason', (bytes) => bytes.writeBigUInt64LE(2n ** 40n, 8)],
    ['a number beyond reason', (bytes) => bytes.writeBigUInt64LE(2n ** 63n, 24)],
  ])('is refused for %s', (_what, spoil) => {
    const bytes = Buffer.from(file)
    spoil(bytes)
    expect(() => parseGgufHead(bytes)).toThrow(NotGguf)
  })

  it('never makes the parser fail in another way, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.nat(6000), fc.nat(255), (place, byte) => {
        const bytes = Buffer.from(file.subarray(0, 20_000))
        bytes[place] = byte
        try {
          parseGgufHead(bytes)
        } catch (cause) {
          expect(cause instanceof NotGguf || cause instanceof HeadIncomplete).toBe(true)
        }
      }),
    )
  })
})

describe('the generated model', () => {
  it('is the same bytes for the same seed, and others for another', () => {
    expect(tinyGguf({ seed: 3 }).equals(tinyGguf({ seed: 3 }))).toBe(true)
    expect(tinyGguf({ seed: 3 }).equals(tinyGguf({ seed: 4 }))).toBe(false)
  })
})
