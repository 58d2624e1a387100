import type { AnswerContext, AnswerPart } from '../conversation'
import type { Delta, StreamWriter } from '../delta'
import type { SseEvent } from '../sse'
import { typedEvent } from '../sse'
import { isSpoken, type ItemStatus, nameItem, type OutputItem, writeItem, writeSpoken } from './items'
import { type Standing, statusOf, writeResponse } from './response'

const wordsOf = { text: 'output_text', refusal: 'refusal', reasoning: 'reasoning_text' } as const

/**
 * Writes the events of a response: created, in progress, each item from `added` to `done` with its parts inside, and how it ended.
 * The calls have to come in order (`createCallOrder`).
 */
export function createResponsesStreamWriter(context: AnswerContext): StreamWriter {
  const done: OutputItem[] = []
  let open: AnswerPart[] | undefined
  let sequence = 0

  const event = (type: string, rest: object): SseEvent => typedEvent(type, { ...rest, sequence_number: sequence++ })
  const item = (status: ItemStatus): OutputItem => writeItem(open ?? [], done.length, context, status)
  const name = (): ReturnType<typeof nameItem> => nameItem(open ?? [], done.length, context)
  const at = (): object => ({ item_id: name().id, output_index: done.length })
  const inPart = (): object => ({ ...at(), content_index: (open?.length ?? 1) - 1 })
  const whole = (standing: Standing): object => ({ response: writeResponse(context, done, standing) })

  const openItem = (part: AnswerPart): SseEvent[] => {
    const closed = closeItem('completed')
    open = [part]
    const added = { ...item('in_progress'), ...(part.kind !== 'call' && { content: [] }) }
    return [...closed, event('response.output_item.added', { output_index: done.length, item: added })]
  }
  const openPart = (part: AnswerPart): SseEvent[] => {
    const isJoined = open?.every(isSpoken) === true && isSpoken(part)
    const before = isJoined ? closePart() : openItem(part)
    if (isJoined) open?.push(part)
    return [...before, event('response.content_part.added', { ...inPart(), part: writeSpoken(part) })]
  }
  const closePart = (): SseEvent[] => {
    const part = open?.at(-1)
    if (part === undefined || part.kind === 'call' || part.text === '') return []
    const said = part.kind === 'text' ? { text: part.text, logprobs: [] } : part.kind === 'refusal' ? { refusal: part.text } : { text: part.text }
    return [event(`response.${wordsOf[part.kind]}.done`, { ...inPart(), ...said }), event('response.content_part.done', { ...inPart(), part: writeSpoken(part) })]
  }
  const closeCall = (): SseEvent[] => {
    const { type, input, name: called, arguments: text } = item('completed')
    if (type === 'function_call') return [event('response.function_call_arguments.done', { ...at(), name: called, arguments: text })]
    return [event('response.custom_tool_call_input.delta', { ...at(), delta: input }), event('response.custom_tool_call_input.done', { ...at(), input })]
  }
  const closeItem = (status: ItemStatus): SseEvent[] => {
    if (open === undefined) return []
    const ended = open[0]?.kind === 'call' ? closeCall() : closePart()
    const last = item(status)
    const closed = [...ended, event('response.output_item.done', { output_index: done.length, item: last })]
    done.push(last)
    open = undefined
    return closed
  }
  const say = (kind: 'text' | 'refusal' | 'reasoning', text: string): SseEvent[] => {
    const last = open?.at(-1)
    const continues = last?.kind === kind && !(last.kind === 'reasoning' && last.signature !== undefined)
    const begun = continues ? [] : openPart({ kind, text: '' })
    const part = open?.pop()
    if (part !== undefined && part.kind !== 'call') open?.push({ ...part, text: part.text + text })
    return [...begun, event(`response.${wordsOf[kind]}.delta`, { ...inPart(), delta: text, ...(kind === 'text' && { logprobs: [] }) })]
  }
  const write = (delta: Delta): SseEvent[] => {
    switch (delta.kind) {
      case 'start':
        return [event('response.created', whole({ kind: 'running' })), event('response.in_progress', whole({ kind: 'running' }))]
      case 'text':
      case 'refusal':
      case 'reasoning':
        return say(delta.kind, delta.text)
      case 'signature': {
        const last = open?.[0]
        if (last?.kind !== 'reasoning') return openItem({ kind: 'reasoning', text: '', signature: delta.signature })
        open = [{ ...last, signature: delta.signature }]
        return []
      }
      case 'redacted':
        return openItem({ kind: 'reasoning', text: '', signature: delta.signature, isRedacted: true })
      case 'call':
        return openItem({ kind: 'call', id: delta.id, name: delta.name, arguments: '' })
      case 'arguments': {
        const call = open?.[0]
        if (call?.kind !== 'call' || delta.text === '') return []
        open = [{ ...call, arguments: call.arguments + delta.text }]
        return name().type === 'function_call' ? [event('response.function_call_arguments.delta', { ...at(), delta: delta.text })] : []
      }
      case 'end': {
        const closed = closeItem(delta.stop === 'length' ? 'incomplete' : 'completed')
        const standing: Standing = { kind: 'ended', answer: delta }
        return [...closed, event(`response.${statusOf(standing)}`, whole(standing))]
      }
      case 'error':
        return [...closeItem('incomplete'), event('response.failed', whole({ kind: 'failed', error: delta.error }))]
    }
  }
  return { push: write }
}
