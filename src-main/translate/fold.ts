import { FirstError } from '@shared/errors'
import type { Answer, AnswerPart } from './conversation'
import type { Delta } from './delta'

/**
 * The whole answer that a stream tells, its calls in order.
 * @throws FirstError the stream's own error, or `upstream_garbled` for a stream without an end
 */
export function foldDeltas(deltas: Iterable<Delta>): Answer {
  const parts: AnswerPart[] = []
  const calls = new Map<number, number>()
  for (const delta of deltas) {
    const last = parts.at(-1)
    if (delta.kind === 'error') throw delta.error
    if (delta.kind === 'end') {
      const { stop, stopSequence, usage } = delta
      return { parts, stop, stopSequence, usage }
    }
    if (delta.kind === 'text' || delta.kind === 'refusal' || delta.kind === 'reasoning') {
      if (last?.kind === delta.kind && !(last.kind === 'reasoning' && last.signature !== undefined)) parts[parts.length - 1] = { ...last, text: last.text + delta.text }
      else parts.push({ kind: delta.kind, text: delta.text })
    } else if (delta.kind === 'signature') {
      if (last?.kind === 'reasoning') parts[parts.length - 1] = { ...last, signature: delta.signature }
      else parts.push({ kind: 'reasoning', text: '', signature: delta.signature })
    } else if (delta.kind === 'redacted') {
      parts.push({ kind: 'reasoning', text: '', signature: delta.signature, isRedacted: true })
    } else if (delta.kind === 'call') {
      calls.set(delta.index, parts.length)
      parts.push({ kind: 'call', id: delta.id, name: delta.name, arguments: '' })
    } else if (delta.kind === 'arguments') {
      const at = calls.get(delta.index)
      const call = at === undefined ? undefined : parts[at]
      if (at !== undefined && call?.kind === 'call') parts[at] = { ...call, arguments: call.arguments + delta.text }
    }
  }
  throw new FirstError('upstream_garbled', 'The server ended its answer before it was whole.')
}

/** The stream that a whole answer would have been, for a client that streams from a cluster that does not. */
export function unfoldAnswer({ parts, ...rest }: Answer): Delta[] {
  const deltas = parts.flatMap((part, index): Delta[] => {
    if (part.kind === 'call') return [{ kind: 'call', index, id: part.id, name: part.name }, { kind: 'arguments', index, text: part.arguments }]
    if (part.kind !== 'reasoning') return [{ kind: part.kind, text: part.text }]
    if (part.isRedacted === true) return [{ kind: 'redacted', signature: part.signature ?? '' }]
    return [{ kind: 'reasoning', text: part.text }, ...(part.signature === undefined ? [] : [{ kind: 'signature' as const, signature: part.signature }])]
  })
  return [{ kind: 'start' }, ...deltas, { kind: 'end', ...rest }]
}
