import { z } from 'zod'

const request = z.looseObject({ model: z.string(), input: z.union([z.string(), z.array(z.string())]), encoding_format: z.enum(['float', 'base64']).default('float') })

/** Three numbers of each text: its length, its words, its first letter's code. */
export const vectorOf = (text: string): number[] => [text.length, text.split(' ').length, text.codePointAt(0) ?? 0]

/** OpenAI's embeddings; as base64 they are little-endian 32-bit floats. */
export function embed(body: unknown): object {
  const { model, input, encoding_format: format } = request.parse(body)
  const texts = typeof input === 'string' ? [input] : input
  const written = (vector: number[]): number[] | string => (format === 'float' ? vector : Buffer.from(Float32Array.from(vector).buffer).toString('base64'))
  return { object: 'list', model, data: texts.map((text, index) => ({ object: 'embedding', index, embedding: written(vectorOf(text)) })), usage: { prompt_tokens: texts.length, total_tokens: texts.length } }
}
