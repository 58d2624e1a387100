import type { AnswerContext, AnswerPart } from '../conversation'
import { unwrapFreeform } from '../freeform'
import { writeEncrypted } from './reasoning'
import { isFreeform } from './write-request'

export interface OutputItem {
  readonly id: string
  readonly type: string
  readonly [field: string]: unknown
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** An item of the output: words and refusals that follow each other are one message, everything else is an item of its own. */
export function groupParts(parts: readonly AnswerPart[]): AnswerPart[][] {
  const groups: AnswerPart[][] = []
  for (const part of parts) {
    if (part.kind !== 'call' && part.text === '' && !('signature' in part)) continue
    const last = groups.at(-1)
    if (last !== undefined && isSpoken(part) && last.every(isSpoken)) last.push(part)
    else groups.push([part])
  }
  return groups
}

export const isSpoken = (part: AnswerPart): boolean => part.kind === 'text' || part.kind === 'refusal'

const kinds = { rs: 'reasoning', fc: 'function_call', ctc: 'custom_tool_call', msg: 'message' } as const

/** What an item is called, whatever is in it. @param index the item's place in the output */
export function nameItem([first]: readonly AnswerPart[], index: number, { id, request }: AnswerContext): { readonly id: string; readonly type: (typeof kinds)[keyof typeof kinds] } {
  const prefix = first?.kind === 'reasoning' ? 'rs' : first?.kind !== 'call' ? 'msg' : isFreeform(first.name, request.tools) ? 'ctc' : 'fc'
  return { id: `${prefix}_${id}_${index}`, type: kinds[prefix] }
}

/** @param index the item's place in the output */
export function writeItem(group: readonly AnswerPart[], index: number, context: AnswerContext, status: ItemStatus): OutputItem {
  const name = nameItem(group, index, context)
  const first = group[0]
  if (first?.kind === 'reasoning') return { ...name, summary: [], content: first.text === '' ? [] : [{ type: 'reasoning_text', text: first.text }], ...writeEncrypted(first), status }
  if (first?.kind === 'call') {
    const called = { call_id: first.id, name: first.name, status }
    if (name.type === 'custom_tool_call') return { ...name, ...called, input: first.arguments === '' ? '' : unwrapFreeform(first.arguments) }
    return { ...name, ...called, arguments: first.arguments }
  }
  return { ...name, role: 'assistant', status, content: group.map(writeSpoken) }
}

export function writeSpoken(part: AnswerPart): object {
  if (part.kind === 'refusal') return { type: 'refusal', refusal: part.text }
  if (part.kind === 'reasoning') return { type: 'reasoning_text', text: part.text }
  return { type: 'output_text', text: part.kind === 'text' ? part.text : '', annotations: [], logprobs: [] }
}
