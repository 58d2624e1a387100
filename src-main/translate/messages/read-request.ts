import { type MessagesAnswerBlock, type MessagesInputBlock, type MessagesMessage, messagesRequest, type MessagesRequest } from '@shared/anthropic/messages'
import { FirstError } from '@shared/errors'
import type { AnswerPart, Conversation, InputPart, ResultPart, Tool, ToolChoice, Turn } from '../conversation'
import { writeDataUrl } from '../data-url'
import { extrasOf, parseRequest } from '../parse'
import { readEffort } from './thinking'

/** @throws FirstError `invalid_request` that names the field */
export function readMessagesRequest(body: unknown): Conversation {
  const asked = parseRequest(messagesRequest, body)
  const { tools, dropped } = readTools(asked.tools ?? [])
  const format = asked.output_config?.format ?? asked.output_format
  return {
    model: asked.model,
    turns: [...readSystem(asked.system), ...asked.messages.flatMap(readMessage)],
    isStreamed: asked.stream === true,
    wantsUsage: true,
    tools,
    toolChoice: readToolChoice(asked.tool_choice),
    hasParallelCalls: readParallel(asked.tool_choice),
    format: format == null ? undefined : { kind: 'json-schema', name: 'answer', schema: format.schema, isStrict: true },
    effort: readEffort(asked),
    maxTokens: asked.max_tokens,
    temperature: asked.temperature ?? undefined,
    topP: asked.top_p ?? undefined,
    stop: asked.stop_sequences ?? undefined,
    user: asked.metadata?.user_id ?? undefined,
    extras: extrasOf(asked, knownFields),
    dropped,
  }
}

function readSystem(system: MessagesRequest['system']): Turn[] {
  const parts = systemParts(system ?? '')
  return parts.length === 0 ? [] : [{ role: 'system', parts }]
}

function systemParts(content: string | readonly { readonly text: string }[]): InputPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return content.map(({ text }) => ({ kind: 'text', text }))
}

/** A user's message may hold results of tools and words of the user: two turns, the results first, as other protocols have them. */
function readMessage(message: MessagesMessage): Turn[] {
  if (message.role === 'system') return [{ role: 'system', parts: systemParts(message.content) }]
  if (message.role === 'assistant') return [{ role: 'assistant', parts: typeof message.content === 'string' ? [{ kind: 'text', text: message.content }] : message.content.map(readAnswerBlock) }]
  if (typeof message.content === 'string') return [{ role: 'user', parts: [{ kind: 'text', text: message.content }] }]
  const results: ResultPart[] = []
  const parts: InputPart[] = []
  for (const block of message.content)
    if (block.type !== 'tool_result') parts.push(readInputBlock(block))
    else {
      const content = typeof block.content === 'string' ? [{ type: 'text' as const, text: block.content }] : (block.content ?? [])
      results.push({ kind: 'result', callId: block.tool_use_id, parts: content.map(readInputBlock), ...(block.is_error === true && { isError: true }) })
    }
  return [...(results.length === 0 ? [] : [{ role: 'tool' as const, parts: results }]), ...(parts.length === 0 ? [] : [{ role: 'user' as const, parts }])]
}

function readInputBlock(block: MessagesInputBlock): InputPart {
  if (block.type === 'text') return { kind: 'text', text: block.text }
  const { source } = block
  if (source.type === 'text') return { kind: 'text', text: source.data }
  const url = source.type === 'url' ? source.url : writeDataUrl({ mediaType: source.media_type, base64: source.data })
  if (block.type === 'image') return { kind: 'image', url }
  if (source.type === 'url') throw new FirstError('invalid_request', 'A document given by its URL cannot be sent to the cluster of this model.', { param: 'messages', action: 'Send the document itself, as base64.' })
  return { kind: 'file', url, name: block.title ?? undefined }
}

export function readAnswerBlock(block: MessagesAnswerBlock): AnswerPart {
  if (block.type === 'text') return { kind: 'text', text: block.text }
  if (block.type === 'tool_use') return { kind: 'call', id: block.id, name: block.name, arguments: JSON.stringify(block.input) }
  if (block.type === 'redacted_thinking') return { kind: 'reasoning', text: '', signature: block.data, isRedacted: true }
  return { kind: 'reasoning', text: block.thinking, ...(block.signature && { signature: block.signature }) }
}

function readTools(asked: NonNullable<MessagesRequest['tools']>): { tools: Tool[]; dropped: string[] } {
  const tools: Tool[] = []
  const dropped: string[] = []
  for (const { type, name, description, input_schema: parameters, strict } of asked)
    if (parameters === undefined) dropped.push(`tools.${type ?? name}`)
    else tools.push({ name, description: description ?? undefined, parameters, isStrict: strict ?? undefined })
  return { tools, dropped }
}

const choices = { auto: 'auto', any: 'required', none: 'none' } as const

function readToolChoice(choice: MessagesRequest['tool_choice']): ToolChoice | undefined {
  if (choice == null) return undefined
  return choice.type === 'tool' ? { kind: 'tool', name: choice.name } : { kind: choices[choice.type] }
}

function readParallel(choice: MessagesRequest['tool_choice']): boolean | undefined {
  if (choice == null || choice.type === 'none' || choice.disable_parallel_tool_use == null) return undefined
  return !choice.disable_parallel_tool_use
}

/** `top_k` is an engine's own field to the other protocols. */
const knownFields = messagesRequest.omit({ top_k: true }).shape
