import type { AnswerFormat, AnswerPart, Conversation, InputPart, Tool, ToolChoice, Turn } from '../conversation'
import { unwrapFreeform } from '../freeform'
import { hasUnsigned } from '../signed'
import { writeEncrypted } from './reasoning'

/** The body of a Responses request; the cluster is not to store it, since it holds the whole conversation. */
export function writeResponsesRequest(asked: Conversation): Record<string, unknown> {
  const hasTools = asked.tools.length > 0
  return {
    model: asked.model,
    input: asked.turns.flatMap((turn) => writeTurn(turn, asked.tools)),
    store: false,
    ...(asked.isStreamed && { stream: true }),
    ...(hasTools && { tools: asked.tools.map(writeTool) }),
    ...(hasTools && asked.toolChoice !== undefined && { tool_choice: writeToolChoice(asked.toolChoice, asked.tools) }),
    ...(hasTools && asked.hasParallelCalls !== undefined && { parallel_tool_calls: asked.hasParallelCalls }),
    ...(asked.format !== undefined && { text: { format: writeFormat(asked.format) } }),
    ...(asked.effort !== undefined && { reasoning: { effort: asked.effort } }),
    ...(asked.maxTokens !== undefined && { max_output_tokens: asked.maxTokens }),
    ...(asked.temperature !== undefined && { temperature: asked.temperature }),
    ...(asked.topP !== undefined && { top_p: asked.topP }),
    ...(asked.user !== undefined && { user: asked.user }),
  }
}

/** What of a request this protocol has no word for. */
export const unsaidInResponses = ({ stop, turns }: Conversation): readonly string[] => [...(stop === undefined ? [] : ['stop']), ...(hasUnsigned(turns) ? ['reasoning'] : [])]

export function isFreeform(name: string, tools: readonly Tool[]): boolean {
  return tools.some((tool) => tool.name === name && tool.isFreeform === true)
}

function writeTurn(turn: Turn, tools: readonly Tool[]): object[] {
  if (turn.role === 'assistant') return turn.parts.flatMap((part, index) => writeAnswerPart(part, index, tools))
  if (turn.role !== 'tool') return [{ type: 'message', role: turn.role, content: turn.parts.map(writePart) }]
  return turn.parts.map(({ callId, parts }) => ({ type: 'function_call_output', call_id: callId, output: writeOutput(parts) }))
}

function writeAnswerPart(part: AnswerPart, index: number, tools: readonly Tool[]): object[] {
  switch (part.kind) {
    case 'call':
      if (isFreeform(part.name, tools)) return [{ type: 'custom_tool_call', call_id: part.id, name: part.name, input: unwrapFreeform(part.arguments) }]
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: part.arguments }]
    case 'reasoning':
      // Reasoning without what encrypts it was not this server's.
      if (part.signature === undefined) return []
      return [{ type: 'reasoning', id: `rs_${index}`, summary: part.text === '' ? [] : [{ type: 'summary_text', text: part.text }], ...writeEncrypted(part) }]
    case 'refusal':
      return [{ type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: part.text }] }]
    case 'text':
      return part.text === '' ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: part.text, annotations: [] }] }]
  }
}

function writeOutput(parts: readonly InputPart[]): string | object[] {
  const first = parts[0]
  if (first === undefined) return ''
  return parts.length === 1 && first.kind === 'text' ? first.text : parts.map(writePart)
}

function writePart(part: InputPart): object {
  if (part.kind === 'text') return { type: 'input_text', text: part.text }
  if (part.kind === 'image') return { type: 'input_image', image_url: part.url, detail: part.detail ?? 'auto' }
  return { type: 'input_file', file_data: part.url, filename: part.name ?? 'file' }
}

export function writeTool({ name, description, parameters, isStrict, isFreeform: takesText }: Tool): object {
  const said = { name, ...(description !== undefined && { description }) }
  return takesText === true ? { type: 'custom', ...said } : { type: 'function', ...said, parameters, strict: isStrict ?? false }
}

export function writeToolChoice(choice: ToolChoice, tools: readonly Tool[]): string | object {
  if (choice.kind !== 'tool') return choice.kind
  return { type: isFreeform(choice.name, tools) ? 'custom' : 'function', name: choice.name }
}

export function writeFormat(format: AnswerFormat): object {
  if (format.kind === 'json-object') return { type: 'json_object' }
  const { name, schema, description, isStrict } = format
  return { type: 'json_schema', name, schema, ...(description !== undefined && { description }), ...(isStrict !== undefined && { strict: isStrict }) }
}
