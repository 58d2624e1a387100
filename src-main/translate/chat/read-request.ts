import type { AnswerFormat, AnswerPart, Conversation, InputPart, Tool, ToolChoice, Turn } from '../conversation'
import { extrasOf, parseRequest } from '../parse'
import { type ChatInputContent, type ChatMessage, chatRequest, type ChatRequestBody } from './wire'

/** @throws FirstError `invalid_request` that names the field */
export function readChatRequest(body: unknown): Conversation {
  const asked = parseRequest(chatRequest, body)
  const { tools, dropped } = readTools(asked.tools ?? [])
  return {
    model: asked.model,
    turns: mergeResults(asked.messages.map(readMessage)),
    isStreamed: asked.stream === true,
    wantsUsage: asked.stream_options?.include_usage === true,
    tools,
    toolChoice: readToolChoice(asked.tool_choice),
    hasParallelCalls: asked.parallel_tool_calls ?? undefined,
    format: readFormat(asked.response_format),
    effort: asked.reasoning_effort ?? undefined,
    maxTokens: asked.max_completion_tokens ?? asked.max_tokens ?? undefined,
    temperature: asked.temperature ?? undefined,
    topP: asked.top_p ?? undefined,
    stop: typeof asked.stop === 'string' ? [asked.stop] : (asked.stop ?? undefined),
    user: asked.user ?? undefined,
    extras: extrasOf(asked, chatRequest.shape),
    dropped,
  }
}

function readMessage(message: ChatMessage): Turn {
  if (message.role === 'tool') return { role: 'tool', parts: [{ kind: 'result', callId: message.tool_call_id, parts: readContent(message.content) }] }
  if (message.role !== 'assistant') return { role: message.role, parts: readContent(message.content) }
  const parts: AnswerPart[] = []
  const thought = message.reasoning_content || message.reasoning
  if (thought) parts.push({ kind: 'reasoning', text: thought })
  const content = typeof message.content === 'string' ? [{ type: 'text' as const, text: message.content }] : (message.content ?? [])
  for (const part of content) if (part.type === 'refusal') parts.push({ kind: 'refusal', text: part.refusal }); else if (part.text !== '') parts.push({ kind: 'text', text: part.text })
  if (message.refusal) parts.push({ kind: 'refusal', text: message.refusal })
  for (const call of message.tool_calls ?? []) parts.push({ kind: 'call', id: call.id, name: call.function.name, arguments: call.function.arguments })
  return { role: 'assistant', parts }
}

function readContent(content: ChatInputContent): InputPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return content.map((part) => {
    if (part.type === 'text') return { kind: 'text', text: part.text }
    if (part.type === 'file') return { kind: 'file', url: part.file.file_data, name: part.file.filename ?? undefined }
    if (typeof part.image_url === 'string') return { kind: 'image', url: part.image_url }
    return { kind: 'image', url: part.image_url.url, detail: part.image_url.detail ?? undefined }
  })
}

/** The results of parallel calls are one turn in the neutral form. */
function mergeResults(turns: readonly Turn[]): Turn[] {
  const merged: Turn[] = []
  for (const turn of turns) {
    const last = merged.at(-1)
    if (turn.role === 'tool' && last?.role === 'tool') merged[merged.length - 1] = { role: 'tool', parts: [...last.parts, ...turn.parts] }
    else merged.push(turn)
  }
  return merged
}

function readTools(asked: NonNullable<ChatRequestBody['tools']>): { tools: Tool[]; dropped: string[] } {
  const tools: Tool[] = []
  const dropped: string[] = []
  for (const { type, function: fn } of asked)
    if (fn === undefined) dropped.push(`tools.${type}`)
    else tools.push({ name: fn.name, description: fn.description ?? undefined, parameters: fn.parameters ?? { type: 'object', properties: {} }, isStrict: fn.strict ?? undefined })
  return { tools, dropped }
}

function readToolChoice(choice: ChatRequestBody['tool_choice']): ToolChoice | undefined {
  if (choice == null) return undefined
  if (typeof choice === 'string') return { kind: choice }
  if ('function' in choice && typeof choice.function === 'object' && choice.function !== null && 'name' in choice.function) return { kind: 'tool', name: String(choice.function.name) }
  return { kind: 'auto' }
}

function readFormat(format: ChatRequestBody['response_format']): AnswerFormat | undefined {
  if (format?.type === 'json_object') return { kind: 'json-object' }
  if (format?.type !== 'json_schema') return undefined
  const { name, schema, description, strict } = format.json_schema
  return { kind: 'json-schema', name, schema: schema ?? {}, description: description ?? undefined, isStrict: strict ?? undefined }
}
