import { FirstError } from '@shared/errors'
import type { AnswerPart, Conversation, InputPart, ToolChoice, Turn } from '../conversation'
import { readDataUrl } from '../data-url'
import { hasUnsigned, isSigned } from '../signed'
import { writeThinking } from './thinking'
import { writeAnswerPart } from './write-answer'

/** Tokens that an answer may have where the request does not say; the protocol wants a number. */
const defaultMaxTokens = 8192

/** The body of a Messages request. What the protocol refuses together (thinking with a temperature) is resolved here; `unsaidInMessages` names it. */
export function writeMessagesRequest(asked: Conversation): Record<string, unknown> {
  const thinking = writeThinking(asked)
  const budget = thinking?.type === 'enabled' ? thinking.budget_tokens : 0
  const isThinking = budget > 0
  const system = writeSystem(asked)
  return {
    model: asked.model,
    max_tokens: asked.maxTokens ?? defaultMaxTokens + budget,
    ...(system.length > 0 && { system }),
    messages: writeMessages(asked.turns),
    ...(asked.isStreamed && { stream: true }),
    ...writeTools(asked),
    ...(thinking !== undefined && { thinking }),
    ...(asked.format?.kind === 'json-schema' && { output_config: { format: { type: 'json_schema', schema: asked.format.schema } } }),
    ...(!isThinking && asked.temperature !== undefined && { temperature: Math.min(1, asked.temperature) }),
    ...(!isThinking && asked.topP !== undefined && { top_p: asked.topP }),
    ...(asked.stop !== undefined && { stop_sequences: asked.stop }),
    ...(asked.user !== undefined && { metadata: { user_id: asked.user } }),
  }
}

/** What of a request this protocol has no word for, or none together with the rest of it. */
export function unsaidInMessages(asked: Conversation): readonly string[] {
  const thinking = writeThinking(asked)
  const isThinking = thinking?.type === 'enabled'
  return [
    ...(asked.effort !== undefined && thinking === undefined ? ['reasoning_effort'] : []),
    ...(isThinking && asked.temperature !== undefined ? ['temperature'] : []),
    ...(isThinking && asked.topP !== undefined ? ['top_p'] : []),
    ...(isThinking && 'top_k' in asked.extras ? ['top_k'] : []),
    ...(hasUnsigned(asked.turns) ? ['reasoning'] : []),
  ]
}

function writeTools({ tools, toolChoice, hasParallelCalls }: Conversation): object {
  if (tools.length === 0) return {}
  const choice = toolChoice ?? (hasParallelCalls === undefined ? undefined : { kind: 'auto' as const })
  return {
    tools: tools.map(({ name, description, parameters }) => ({ name, ...(description !== undefined && { description }), input_schema: { type: 'object', ...parameters } })),
    ...(choice !== undefined && { tool_choice: { ...writeToolChoice(choice), ...(hasParallelCalls !== undefined && choice.kind !== 'none' && { disable_parallel_tool_use: !hasParallelCalls }) } }),
  }
}

function writeToolChoice(choice: ToolChoice): object {
  if (choice.kind === 'tool') return { type: 'tool', name: choice.name }
  return { type: choice.kind === 'required' ? 'any' : choice.kind }
}

/** Instructions keep their rank wherever they stood: all go into `system`. */
function writeSystem({ turns, format }: Conversation): object[] {
  const texts = turns.flatMap((turn) => (turn.role === 'system' || turn.role === 'developer' ? turn.parts.flatMap((part) => (part.kind === 'text' && part.text !== '' ? [part.text] : [])) : []))
  if (format?.kind === 'json-object') texts.push('Answer with one JSON object and nothing else.')
  return texts.map((text) => ({ type: 'text', text }))
}

/** Roles take turns here: neighbours of one role become one message, with the results of tools first, as the protocol wants them. */
function writeMessages(turns: readonly Turn[]): object[] {
  const messages: { role: 'user' | 'assistant'; content: object[] }[] = []
  for (const turn of turns) {
    if (turn.role === 'system' || turn.role === 'developer') continue
    const role = turn.role === 'assistant' ? 'assistant' : 'user'
    const content = writeTurn(turn)
    if (content.length === 0) continue
    const last = messages.at(-1)
    if (last?.role === role) last.content.push(...content)
    else messages.push({ role, content })
  }
  return messages
}

function writeTurn(turn: Turn): object[] {
  if (turn.role === 'assistant') return turn.parts.filter(isTaken).map(writeAnswerPart)
  if (turn.role !== 'tool') return writeInput(turn.parts)
  return turn.parts.map(({ callId, parts, isError }) => ({ type: 'tool_result', tool_use_id: callId, content: writeInput(parts), ...(isError === true && { is_error: true }) }))
}

/** Reasoning without its signature was not this server's, and empty text is refused. */
function isTaken(part: AnswerPart): boolean {
  if (part.kind === 'call') return true
  return part.kind === 'reasoning' ? isSigned(part) : part.text !== ''
}

function writeInput(parts: readonly InputPart[]): object[] {
  return parts.filter((part) => part.kind !== 'text' || part.text !== '').map(writePart)
}

function writePart(part: InputPart): object {
  if (part.kind === 'text') return { type: 'text', text: part.text }
  const data = readDataUrl(part.url)
  if (part.kind === 'image') return { type: 'image', source: data === undefined ? { type: 'url', url: part.url } : { type: 'base64', media_type: data.mediaType, data: data.base64 } }
  if (data === undefined) throw new FirstError('invalid_request', 'A file has to be sent as a data URL.', { param: 'messages' })
  const title = part.name === undefined ? {} : { title: part.name }
  if (data.mediaType === 'text/plain') return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: Buffer.from(data.base64, 'base64').toString('utf8') }, ...title }
  return { type: 'document', source: { type: 'base64', media_type: data.mediaType, data: data.base64 }, ...title }
}
