import { hash } from 'node:crypto'

type Fields = Readonly<Record<string, unknown>>

/** Characters that are looked at: enough to tell conversations apart, whatever the size of the body. */
const [systemChars, turnChars] = [8_192, 4_096]
/** A system prompt of this many characters is worth meeting again in a prefix cache, also in another conversation. */
const longPrefixChars = 2_000

const instructionRoles: ReadonlySet<unknown> = new Set(['system', 'developer'])

/**
 * What a request is known by, so that it meets the place which has its beginning cached: hashes of its conversation (system prompt and first
 * turn, which later turns repeat) and of a long system prompt alone, the most particular first, joined by dots. The fields may be those of
 * any protocol; `undefined` where they hold no text.
 */
export function affinityOf(fields: Fields): string | undefined {
  const turns = listOf(fields['messages'] ?? fields['input'] ?? fields['prompt'])
  const firstTurn = turns.findIndex((turn) => !isInstruction(turn))
  const system = textOf([fields['system'], fields['instructions'], firstTurn === -1 ? turns : turns.slice(0, firstTurn)], systemChars)
  const conversation = nameOf(fields) ?? textOf(firstTurn === -1 ? undefined : turns.slice(firstTurn, endOfFirstTurn(turns, firstTurn)), turnChars)
  if (system === '' && conversation === '') return undefined
  const model = String(fields['model'])
  const whole = keyOf(model, system, conversation)
  return system.length < longPrefixChars ? whole : `${whole}.${keyOf(model, system)}`
}

/** The caller's own name for what is cached together, or for the conversation (OpenAI's API reference, "Responses"). */
function nameOf({ prompt_cache_key: cacheKey, conversation }: Fields): string | undefined {
  if (typeof cacheKey === 'string' && cacheKey !== '') return cacheKey
  if (typeof conversation === 'string') return conversation
  return isObject(conversation) && typeof conversation['id'] === 'string' ? conversation['id'] : undefined
}

const keyOf = (...parts: readonly string[]): string => hash('sha1', parts.join('\n\0'), 'base64url')
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : [value])
const isInstruction = (turn: unknown): boolean => isObject(turn) && instructionRoles.has(turn['role'])

/** After the first message of the user: what stands before it, as the context that agents put there, belongs to it. */
function endOfFirstTurn(turns: readonly unknown[], from: number): number {
  const user = turns.findIndex((turn, at) => at >= from && (!isObject(turn) || turn['role'] === 'user'))
  return user === -1 ? from + 1 : user + 1
}

/** Where text, or the address or data of an image, is in a message or a part of one, whatever its protocol. */
const textFields = ['content', 'text', 'image_url', 'url', 'source', 'data', 'file_id'] as const

/** At most `limit` characters of the text in `value`. */
function textOf(value: unknown, limit: number): string {
  if (typeof value === 'string') return value.slice(0, limit)
  if (!isObject(value)) return ''
  let text = ''
  for (const inner of Array.isArray(value) ? (value as readonly unknown[]) : textFields.map((name) => value[name])) {
    if (text.length >= limit) break
    if (inner !== undefined) text += textOf(inner, limit - text.length)
  }
  return text
}
