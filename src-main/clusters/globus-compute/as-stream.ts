import { z } from 'zod'
import type { Fields } from './request'

const choice = z.looseObject({ index: z.number().optional(), message: z.record(z.string(), z.unknown()).optional(), finish_reason: z.unknown() })
const whole = z.looseObject({ choices: z.array(choice) })
const toolCalls = z.array(z.record(z.string(), z.unknown()))

/** A whole answer as the events of a stream: one with everything, and one with the usage where that was asked for. */
export function eventsOf(answer: Fields, wantsUsage: boolean): readonly Fields[] {
  const read = whole.safeParse(answer).data
  if (read === undefined) return [answer]
  const { usage, ...head } = answer
  const chunk = { ...head, ...(answer['object'] === 'chat.completion' && { object: 'chat.completion.chunk' }), choices: read.choices.map(asDelta) }
  return [chunk, ...(wantsUsage && usage !== undefined ? [{ ...head, object: chunk.object, choices: [], usage }] : [])]
}

/** Calls of tools are numbered in a stream. */
function asDelta({ message, ...rest }: z.infer<typeof choice>): Fields {
  if (message === undefined) return rest
  const calls = toolCalls.safeParse(message['tool_calls']).data
  return { ...rest, delta: { ...message, ...(calls !== undefined && { tool_calls: calls.map((call, index) => ({ index, ...call })) }) } }
}
