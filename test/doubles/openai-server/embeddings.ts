import { createHash } from 'node:crypto'
import { tokensOf } from '../scripted/wire'

export interface EmbeddingsAsked {
  readonly model: string
  readonly input: string | readonly string[]
  readonly dimensions?: number | undefined
  readonly encoding_format?: 'float' | 'base64' | undefined
}

const defaultDimensions = 8

/** Embeddings (OpenAI's API reference): the same text has the same vector, of length 1, and another text another one. */
export function embeddings({ model, input, dimensions = defaultDimensions, encoding_format: format }: EmbeddingsAsked): object {
  const texts = typeof input === 'string' ? [input] : input
  const tokens = texts.reduce((sum, text) => sum + tokensOf(text).length, 0)
  return {
    object: 'list',
    model,
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: format === 'base64' ? inBase64(vectorOf(text, dimensions)) : vectorOf(text, dimensions) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

function vectorOf(text: string, dimensions: number): number[] {
  const raw = Array.from({ length: dimensions }, (_, index) => createHash('sha256').update(`${index} ${text}`).digest().readInt32LE() / 2 ** 31)
  const length = Math.hypot(...raw)
  return raw.map((part) => part / length)
}

/** Little-endian floats of four bytes, as the official clients ask for. */
const inBase64 = (vector: readonly number[]): string => Buffer.from(Float32Array.from(vector).buffer).toString('base64')
