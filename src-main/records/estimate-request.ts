import { estimateTokens } from './estimate'

type Fields = Readonly<Record<string, unknown>>

/** Tokens that a body sends, and the most that it lets the model write, where it says so. */
export interface TokenEstimate {
  readonly input: number
  readonly maxOutput?: number
}

/** What a model reads, in each of the protocols. */
const readFields = ['system', 'messages', 'prompt', 'suffix', 'input', 'instructions', 'tools', 'functions'] as const

/** Parts of content that are not text, by their type in each of the protocols. */
const media: ReadonlySet<unknown> = new Set(['image_url', 'input_image', 'image', 'computer_screenshot', 'input_audio', 'audio_url', 'video_url', 'image_generation_call'])
const documents: ReadonlySet<unknown> = new Set(['file', 'input_file', 'document'])
/** Reasoning that only its maker can read. */
const sealedFields: ReadonlySet<string> = new Set(['encrypted_content', 'signature'])
const dataUrl = /^data:[^,]{0,100};base64,/

/** A picture of 1024 × 1024 is 765 in full detail for OpenAI (guide "Images and vision"), 1,400 for Anthropic ("Vision"); sounds and films vary too much to say better. */
const tokensPerMedium = 1500
/** A page of a PDF is 1,500 to 3,000 tokens for Anthropic ("PDF support"), and seldom under 60 KB, which are 80,000 letters. */
const lettersPerDocumentToken = 40
/** Four bytes are about a token, and in base64 nearly six letters. */
const lettersPerSealedToken = 6
/** The name of a field, with its signs. */
const tokensPerName = 2

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
    else if (isObject(next)) {
      if (media.has(next['type'])) sum += tokensPerMedium
      else if (documents.has(next['type'])) sum += tokensOfDocument(next, open)
      else for (const [name, inner] of Object.entries(next)) {
        sum += tokensPerName
        if (sealedFields.has(name) && typeof inner === 'string') sum += inner.length / lettersPerSealedToken
        else open.push(inner)
      }
    }
  }
  return sum
}

/** @param open takes what is text */
function tokensOfDocument({ source, file, file_data: bare }: Fields, open: unknown[]): number {
  const held = isObject(source) ? source : isObject(file) ? file : {}
  if (held['type'] === 'text' || held['type'] === 'content') {
    open.push(held['data'], held['content'])
    return 0
  }
  const data = bare ?? held['file_data'] ?? held['data']
  return Math.max(tokensPerMedium, typeof data === 'string' ? data.length / lettersPerDocumentToken : 0)
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The whole of a short text is looked at; of a longer one, an eighth: looking costs more than all other checks of a line. */
const piece = 128
const stride = 1024

function tokensOfText(text: string): number {
  if (text.length <= stride) return estimateTokens(text)
  if (dataUrl.test(text)) return tokensPerMedium
  let sum = 0
  let seen = 0
  for (let at = 0; at < text.length; at += stride) {
    const part = text.slice(at, at + piece)
    sum += estimateTokens(part)
    seen += part.length
  }
  return (sum * text.length) / seen
}
