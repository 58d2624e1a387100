import { FirstError } from '@shared/errors'

/** One server-sent event (HTML standard, 9.2.6). */
export interface SseEvent {
  /** The `event` field; absent for the default, `message`. */
  readonly name?: string | undefined
  readonly data: string
}

export interface SseParser {
  /** @throws FirstError `upstream_garbled` for an event without an end */
  push(bytes: Uint8Array): SseEvent[]
  /** Whether an event has begun and not ended. */
  readonly hasTornEvent: boolean
}

/** Characters: an event longer than this is not an answer of a model. */
const eventLimit = 16 * 2 ** 20
const anyLineEnd = /[\r\n]/

/** Splits bytes into events, however the bytes were cut; comments and events without data are left out. */
export function createSseParser(): SseParser {
  const decoder = new TextDecoder()
  /** Of a line that has not ended: joined once, when its end is there. */
  let held: string[] = []
  let name: string | undefined
  let data: string[] = []
  /** Of what is held, and of the lines of an event that has not ended. */
  let length = 0
  const takeLine = (line: string): SseEvent | undefined => {
    if (line === '') {
      const event = data.length === 0 ? undefined : { ...(name !== undefined && { name }), data: data.join('\n') }
      name = undefined
      data = []
      length = 0
      return event
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'data') data.push(value)
    if (field === 'event') name = value
    return undefined
  }
  return {
    push(bytes) {
      const piece = decoder.decode(bytes, { stream: true })
      length += piece.length
      if (length > eventLimit) throw new FirstError('upstream_garbled', 'The server sent an event that has no end.')
      if (!anyLineEnd.test(piece) && held.at(-1)?.endsWith('\r') !== true) {
        if (piece !== '') held.push(piece)
        return []
      }
      const text = held.join('') + piece
      const events: SseEvent[] = []
      let start = 0
      for (;;) {
        const end = lineEnd(text, start)
        if (end === undefined) break
        const event = takeLine(text.slice(start, end.at))
        if (event !== undefined) events.push(event)
        start = end.next
      }
      const rest = text.slice(start)
      held = rest === '' ? [] : [rest]
      if (data.length === 0) length = rest.length
      return events
    },
    get hasTornEvent() {
      return held.length > 0 || data.length > 0
    },
  }
}

const lineBreak = /\r\n|\n|\r/g

/** A return at the very end may be the first half of a line end: it waits for what follows. */
function lineEnd(text: string, start: number): { at: number; next: number } | undefined {
  lineBreak.lastIndex = start
  const match = lineBreak.exec(text)
  if (match === null || (match[0] === '\r' && match.index === text.length - 1)) return undefined
  return { at: match.index, next: match.index + match[0].length }
}

/** The bytes of an event; data of ours is JSON and has no line break. */
export function formatSse({ name, data }: SseEvent): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`
}

/** An event named as its `type`, as Responses and Messages have it. */
export function typedEvent(type: string, rest: object = {}): SseEvent {
  return { name: type, data: JSON.stringify({ type, ...rest }) }
}
