import type { AnswerContext, Conversation, Protocol } from '@main/translate/conversation'
import { createSseParser, formatSse, type SseEvent } from '@main/translate/sse'
import { translatorFor } from '@main/translate/translate'

export const emptyRequest: Conversation = { model: 'm', turns: [], isStreamed: true, wantsUsage: true, tools: [], extras: {}, dropped: [] }

export const context = (request: Partial<Conversation> = {}): AnswerContext => ({ id: 'a1', model: 'asked-model', createdS: 1_700_000_000, request: { ...emptyRequest, ...request } })

/** The events of a cluster's chunks, `[DONE]` added. */
export const chatEvents = (...chunks: object[]): SseEvent[] => [...chunks.map((chunk) => ({ data: JSON.stringify(chunk) })), { data: '[DONE]' }]

export const choice = (delta: object, finish_reason: string | null = null): object => ({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })

/** What the caller gets of a whole stream. */
export function translateStream(from: Protocol, to: Protocol, events: readonly SseEvent[], asked = context()): SseEvent[] {
  const translation = translatorFor(from, to).stream(asked)
  return [...events.flatMap((event) => translation.push(event)), ...translation.end()]
}

export const bodies = (events: readonly SseEvent[]): Record<string, unknown>[] => events.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data) as Record<string, unknown>)

export const bytesOf = (events: readonly SseEvent[]): Buffer => Buffer.from(events.map(formatSse).join(''))

/** Parses bytes that were cut at the given places. */
export function parseCut(bytes: Buffer, cuts: readonly number[]): SseEvent[] {
  const parser = createSseParser()
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).flatMap((end, index) => parser.push(bytes.subarray(places[index], end)))
}
