import type { AnswerFormat, AnswerPart, Conversation, InputPart, ToolChoice, Turn } from '../conversation'
import { type ChatForm, reasoningFields } from './chat-form'

/** The body of a chat request; a stream is always asked for its usage. Extras are left to the caller of this function. */
export function writeChatRequest(asked: Conversation, form: ChatForm = {}): Record<string, unknown> {
  const hasTools = asked.tools.length > 0
  return {
    model: asked.model,
    messages: asked.turns.flatMap((turn) => writeTurn(turn, form)),
    ...(asked.isStreamed && { stream: true, stream_options: { include_usage: true } }),
    ...(hasTools && { tools: asked.tools.map(({ name, description, parameters, isStrict }) => ({ type: 'function', function: { name, ...(description !== undefined && { description }), parameters, ...(isStrict !== undefined && { strict: isStrict }) } })) }),
    ...(hasTools && asked.toolChoice !== undefined && { tool_choice: writeToolChoice(asked.toolChoice) }),
    ...(hasTools && asked.hasParallelCalls !== undefined && { parallel_tool_calls: asked.hasParallelCalls }),
    ...(asked.format !== undefined && { response_format: writeFormat(asked.format) }),
    ...(asked.effort !== undefined && { reasoning_effort: asked.effort }),
    ...(asked.maxTokens !== undefined && { [form.maxTokensField ?? 'max_tokens']: asked.maxTokens }),
    ...(asked.temperature !== undefined && { temperature: asked.temperature }),
    ...(asked.topP !== undefined && { top_p: asked.topP }),
    ...(asked.stop !== undefined && { stop: asked.stop }),
    ...(asked.user !== undefined && takesUser(asked.user, form) && { user: asked.user }),
  }
}

/** What of a request such a server does not take. */
export function unsaidInChat({ turns, user }: Conversation, form: ChatForm): readonly string[] {
  const fields = form.reasoningFields ?? reasoningFields
  const isLost = (part: AnswerPart): boolean => part.kind === 'reasoning' && (fields.length === 0 || part.text === '')
  return [...(turns.some((turn) => turn.role === 'assistant' && turn.parts.some(isLost)) ? ['reasoning'] : []), ...(user !== undefined && !takesUser(user, form) ? ['user'] : [])]
}

const takesUser = (user: string, { longestUser = Infinity }: ChatForm): boolean => user.length <= longestUser

function writeTurn(turn: Turn, form: ChatForm): object[] {
  if (turn.role === 'assistant') return [writeAssistant(turn.parts, form)]
  if (turn.role !== 'tool') return [{ role: turn.role, content: writeContent(turn.parts) }]
  const results = turn.parts.map(({ callId, parts }) => ({ role: 'tool', tool_call_id: callId, content: textOf(parts) }))
  // A tool's message holds text only: what it shows otherwise follows as the user's.
  const shown = turn.parts.flatMap(({ parts }) => parts.filter(({ kind }) => kind !== 'text'))
  return shown.length === 0 ? results : [...results, { role: 'user', content: writeContent(shown) }]
}

function writeAssistant(parts: readonly AnswerPart[], { reasoningFields: fields = reasoningFields }: ChatForm): object {
  const joined = (kind: 'text' | 'refusal' | 'reasoning') => parts.flatMap((part) => (part.kind === kind ? [part.text] : [])).join('')
  const calls = parts.flatMap((part) => (part.kind === 'call' ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.arguments === '' ? '{}' : part.arguments } }] : []))
  const text = joined('text')
  const refusal = joined('refusal')
  const reasoning = joined('reasoning')
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
    ...(reasoning !== '' && Object.fromEntries(fields.map((field) => [field, reasoning]))),
    ...(refusal !== '' && { refusal }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

const textOf = (parts: readonly InputPart[]): string => parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join('\n')

/** Text alone goes as a string: not every engine takes parts. */
function writeContent(parts: readonly InputPart[]): string | object[] {
  const first = parts[0]
  if (first === undefined) return ''
  if (parts.length === 1 && first.kind === 'text') return first.text
  return parts.map((part) => {
    if (part.kind === 'text') return { type: 'text', text: part.text }
    if (part.kind === 'file') return { type: 'file', file: { filename: part.name ?? 'file', file_data: part.url } }
    return { type: 'image_url', image_url: { url: part.url, ...(part.detail !== undefined && { detail: part.detail }) } }
  })
}

function writeToolChoice(choice: ToolChoice): string | object {
  return choice.kind === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.kind
}

function writeFormat(format: AnswerFormat): object {
  if (format.kind === 'json-object') return { type: 'json_object' }
  const { name, schema, description, isStrict } = format
  return { type: 'json_schema', json_schema: { name, schema, ...(description !== undefined && { description }), ...(isStrict !== undefined && { strict: isStrict }) } }
}
