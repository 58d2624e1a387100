import { type ResponsesInputPart, type ResponsesItem, responsesRequest, type ResponsesRequest } from '@shared/openai/responses'
import type { AnswerFormat, AnswerPart, Conversation, InputPart, Tool, ToolChoice, Turn } from '../conversation'
import { freeformParameters, wrapFreeform } from '../freeform'
import { extrasOf, parseRequest } from '../parse'
import { readReasoning } from './reasoning'

/**
 * Reads a request whose `input` holds the whole conversation: what `previous_response_id` stands for has to be put before it first.
 * @throws FirstError `invalid_request` that names the field
 */
export function readResponsesRequest(body: unknown): Conversation {
  const asked = parseRequest(responsesRequest, body)
  const items: ResponsesItem[] = typeof asked.input === 'string' ? [{ type: 'message', role: 'user', content: asked.input }] : asked.input
  const instructions: Turn[] = asked.instructions ? [{ role: 'system', parts: [{ kind: 'text', text: asked.instructions }] }] : []
  const { tools, dropped } = readTools(asked.tools ?? [])
  return {
    model: asked.model,
    turns: [...instructions, ...mergeTurns(items.flatMap(readItem))],
    isStreamed: asked.stream === true,
    wantsUsage: true,
    tools,
    toolChoice: readToolChoice(asked.tool_choice),
    hasParallelCalls: asked.parallel_tool_calls ?? undefined,
    format: readFormat(asked.text),
    effort: asked.reasoning?.effort ?? undefined,
    maxTokens: asked.max_output_tokens ?? undefined,
    temperature: asked.temperature ?? undefined,
    topP: asked.top_p ?? undefined,
    user: asked.user ?? undefined,
    extras: extrasOf(asked, responsesRequest.shape),
    dropped: [...dropped, ...items.flatMap((item) => (item.type === 'other' ? [`input.${item.name}`] : []))],
  }
}

function readItem(item: ResponsesItem): Turn[] {
  switch (item.type) {
    case 'message':
      return [item.role === 'assistant' ? { role: 'assistant', parts: readAnswerContent(item.content) } : { role: item.role, parts: readContent(item.content) }]
    case 'function_call_output':
    case 'custom_tool_call_output':
      return [{ role: 'tool', parts: [{ kind: 'result', callId: item.call_id, parts: readContent(item.output) }] }]
    case 'other':
      return []
    default:
      return [{ role: 'assistant', parts: readAnswerItem(item) }]
  }
}

/** The parts of an answer that an item holds. */
export function readAnswerItem(item: ResponsesItem): AnswerPart[] {
  if (item.type === 'message') return readAnswerContent(item.content)
  if (item.type === 'reasoning') return [readReasoning(item)]
  if (item.type === 'function_call') return [{ kind: 'call', id: item.call_id, name: item.name, arguments: item.arguments }]
  if (item.type === 'custom_tool_call') return [{ kind: 'call', id: item.call_id, name: item.name, arguments: wrapFreeform(item.input) }]
  return []
}

type Content = string | readonly ResponsesInputPart[]

function readAnswerContent(content: Content): AnswerPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  return content.flatMap((part): AnswerPart[] => {
    if (part.type === 'refusal') return [{ kind: 'refusal', text: part.refusal }]
    return part.type === 'input_text' || part.type === 'output_text' ? [{ kind: 'text', text: part.text }] : []
  })
}

function readContent(content: Content): InputPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return content.map((part) => {
    if (part.type === 'input_image') return { kind: 'image', url: part.image_url, detail: part.detail === 'auto' ? undefined : (part.detail ?? undefined) }
    if (part.type === 'input_file') return { kind: 'file', url: part.file_data, name: part.filename ?? undefined }
    return { kind: 'text', text: part.type === 'refusal' ? part.refusal : part.text }
  })
}

/** Reasoning, words and calls of one answer are items of their own here, and one turn in the neutral form; so are parallel results. */
function mergeTurns(turns: readonly Turn[]): Turn[] {
  const merged: Turn[] = []
  for (const turn of turns) {
    const last = merged.at(-1)
    if (turn.role === 'assistant' && last?.role === 'assistant') merged[merged.length - 1] = { role: 'assistant', parts: [...last.parts, ...turn.parts] }
    else if (turn.role === 'tool' && last?.role === 'tool') merged[merged.length - 1] = { role: 'tool', parts: [...last.parts, ...turn.parts] }
    else merged.push(turn)
  }
  return merged
}

function readTools(asked: NonNullable<ResponsesRequest['tools']>): { tools: Tool[]; dropped: string[] } {
  const tools: Tool[] = []
  const dropped: string[] = []
  for (const { type, name, description, parameters, strict } of asked) {
    const said = { description: description ?? undefined }
    if (type === 'function' && name != null) tools.push({ name, ...said, parameters: parameters ?? { type: 'object', properties: {} }, isStrict: strict ?? undefined })
    else if (type === 'custom' && name != null) tools.push({ name, ...said, parameters: freeformParameters, isFreeform: true })
    else dropped.push(`tools.${type}`)
  }
  return { tools, dropped }
}

function readToolChoice(choice: ResponsesRequest['tool_choice']): ToolChoice | undefined {
  if (choice == null) return undefined
  if (typeof choice === 'string') return { kind: choice }
  return choice.name == null ? { kind: 'auto' } : { kind: 'tool', name: choice.name }
}

function readFormat(text: ResponsesRequest['text']): AnswerFormat | undefined {
  const format = text?.format
  if (format?.type === 'json_object') return { kind: 'json-object' }
  if (format?.type !== 'json_schema') return undefined
  return { kind: 'json-schema', name: format.name, schema: format.schema, description: format.description ?? undefined, isStrict: format.strict ?? undefined }
}
