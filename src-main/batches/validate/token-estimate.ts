import { estimateTokens } from '../../records/estimate'

type Fields = Readonly<Record<string, unknown>>

/** Tokens that a body sends, and the most that it lets the model write, where it says so. */
export interface TokenEstimate {
  readonly input: number
  readonly maxOutput?: number
}

/** What a model reads, in each of the protocols of a batch. */
const readFields = ['messages', 'prompt', 'suffix', 'input', 'instructions', 'tools', 'functions'] as const

/** Not text: pictures, sounds and files, by the names they go under. */
const mediaFields: ReadonlySet<string> = new Set(['image_url', 'input_audio', 'audio_url', 'video_url', 'file', 'file_data', 'encrypted_content'])

/** A picture of 1024 × 1024 in full detail (OpenAI's guide "Images and vision"); sounds and films vary too much to say better. */
const tokensPerMedium = 765

/** @param omittedTextBytes of texts that were cut */
export function estimateRequest(body: Fields, omittedTextBytes = 0): TokenEstimate {
  let input = estimateTokens(omittedTextBytes)
  for (const name of readFields) input += tokensOf(body[name])
  const limit = outputLimit(body)
  return { input: Math.ceil(input), ...(limit !== undefined && { maxOutput: limit }) }
}

function outputLimit(body: Fields): number | undefined {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'] ?? body['max_output_tokens']
  if (typeof limit !== 'number') return undefined
  return limit * (typeof body['n'] === 'number' ? body['n'] : 1)
}

/** By its own stack: a text may nest its lists deeper than calls can. */
function tokensOf(value: unknown): number {
  let sum = 0
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') sum += tokensOfText(next)
    else if (typeof next === 'number') sum++
    else if (Array.isArray(next)) for (const entry of next as unknown[]) open.push(entry)
    else if (typeof next === 'object' && next !== null) {
      for (const [name, inner] of Object.entries(next)) {
        if (mediaFields.has(name)) sum += inner == null ? 0 : tokensPerMedium
        else open.push(inner)
      }
    }
  }
  return sum
}

/** The whole of a short text is looked at; of a longer one, an eighth: looking costs more than all other checks of a line. */
const piece = 128
const stride = 1024

function tokensOfText(text: string): number {
  if (text.length <= stride) return estimateTokens(text)
  let sum = 0
  let seen = 0
  for (let at = 0; at < text.length; at += stride) {
    const part = text.slice(at, at + piece)
    sum += estimateTokens(part)
    seen += part.length
  }
  return (sum * text.length) / seen
}
