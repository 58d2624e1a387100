type Fields = Readonly<Record<string, unknown>>

export interface Fitted {
  readonly fields: Fields
  /** Names of what was left out, by their path without the places in lists. */
  readonly dropped: readonly string[]
}

/** Keys that FIRST's schemas know, by the path of their object; the top of the body is `known-fields.ts`. Source: `schemas/openai_chat_completions.py`, 2026. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  'messages.developer': ['role', 'content', 'name'],
  'messages.system': ['role', 'content', 'name'],
  'messages.user': ['role', 'content', 'name'],
  'messages.assistant': ['role', 'content', 'name', 'audio', 'refusal', 'tool_calls', 'reasoning', 'reasoning_content'],
  'messages.tool': ['role', 'content', 'tool_call_id'],
  'messages.content.text': ['type', 'text'],
  'messages.content.image_url': ['type', 'image_url'],
  'messages.content.input_audio': ['type', 'input_audio'],
  'messages.content.file': ['type', 'file'],
  'messages.content.refusal': ['type', 'refusal'],
  'messages.tool_calls': ['id', 'type', 'function'],
  tools: ['type', 'function'],
  'tools.function': ['name', 'description', 'parameters', 'strict'],
  stream_options: ['include_usage'],
}

/** FIRST takes these words for an effort, and the nearest of them stands for another; none is asked for by leaving it out. */
const efforts: Readonly<Record<string, string | undefined>> = { low: 'low', medium: 'medium', high: 'high', minimal: 'low', xhigh: 'high', max: 'high', none: undefined }
const tiers: readonly unknown[] = ['auto', 'default', null, undefined]
/** Roles whose text FIRST takes as a string, not in parts. */
const roleTakesString: ReadonlySet<unknown> = new Set(['system', 'developer', 'tool'])

/**
 * A chat request as a FIRST site takes it, whose bodies are strict at every depth: what it does not know is left out, and text comes in the
 * form that it has there. Undefined where the request is so already. What cannot be said to a site is left for it to refuse.
 */
export function fitChat(body: Fields): Fitted | undefined {
  const dropped = new Set<string>()
  const fitted: Record<string, unknown> = {
    ...body,
    messages: eachOf(body['messages'], (message) => fitMessage(message, dropped)),
    ...('tools' in body && { tools: eachOf(body['tools'], (tool) => fitTool(tool, dropped)) }),
    ...('stream_options' in body && { stream_options: isFields(body['stream_options']) ? only(body['stream_options'], 'stream_options', dropped) : body['stream_options'] }),
  }
  const effort = body['reasoning_effort']
  if (typeof effort === 'string' && Object.hasOwn(efforts, effort)) fitted['reasoning_effort'] = efforts[effort]
  if (!tiers.includes(body['service_tier'])) {
    delete fitted['service_tier']
    dropped.add('service_tier')
  }
  const isSame = Object.keys(body).every((name) => fitted[name] === body[name])
  return isSame ? undefined : { fields: fitted, dropped: [...dropped] }
}

function fitMessage(message: Fields, dropped: Set<string>): Fields {
  const { role, content } = message
  const kept = only(message, `messages.${nameOf(role)}`, dropped)
  const said = roleTakesString.has(role) ? joined(content) : eachOf(content, (part) => only(part, `messages.content.${nameOf(part['type'])}`, dropped))
  const calls = eachOf(kept['tool_calls'], (call) => only(call, 'messages.tool_calls', dropped))
  if (said === content && calls === kept['tool_calls']) return kept
  return { ...kept, content: said, ...(calls !== undefined && { tool_calls: calls }) }
}

function fitTool(tool: Fields, dropped: Set<string>): Fields {
  const kept = only(tool, 'tools', dropped)
  const described = kept['function']
  const fitted = isFields(described) ? only(described, 'tools.function', dropped) : described
  return fitted === described ? kept : { ...kept, function: fitted }
}

/** The object itself where it has no other keys than are known; one that nothing is known of stays as it is. */
function only(object: Fields, path: string, dropped: Set<string>): Fields {
  const known = knownKeys[path]
  const others = known === undefined ? [] : Object.keys(object).filter((key) => !known.includes(key))
  if (others.length === 0) return object
  const [root = ''] = path.split('.')
  for (const key of others) dropped.add(`${root}.${key}`)
  return Object.fromEntries(Object.entries(object).filter(([key]) => !others.includes(key)))
}

/** The list itself where none of its objects changed. */
function eachOf(list: unknown, fit: (item: Fields) => Fields): unknown {
  if (!Array.isArray(list)) return list
  const items: readonly unknown[] = list
  const fitted = items.map((item) => (isFields(item) ? fit(item) : item))
  return fitted.every((item, index) => item === items[index]) ? list : fitted
}

/** Parts that are all text, as one text. */
function joined(content: unknown): unknown {
  if (!Array.isArray(content)) return content
  const parts: readonly unknown[] = content
  const texts = parts.flatMap((part) => (isFields(part) && part['type'] === 'text' && typeof part['text'] === 'string' ? [part['text']] : []))
  return texts.length === parts.length ? texts.join('\n\n') : content
}

/** A role or type as a key of what is known; one that is no text is none. */
const nameOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
