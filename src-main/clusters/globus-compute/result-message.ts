import { z } from 'zod'
import type { TaskAnswer } from './answers'

const resultMessage = z.looseObject({
  message_type: z.literal('result'),
  data: z.looseObject({ task_id: z.string(), data: z.string().nullish(), error_details: z.looseObject({ user_message: z.string().nullish() }).nullish() }),
})

/** The byte that JSON comes after (wire/globus.md, "AMQP results"). */
const jsonMark = 0x01

/** A message of a task group's queue: which task has ended, and how. @returns undefined for any other message */
export function readResultMessage(body: Buffer): { readonly task: string; readonly answer: TaskAnswer } | undefined {
  const read = body[0] === jsonMark ? resultMessage.safeParse(parse(body.toString('utf8', 1))).data : undefined
  if (read === undefined) return undefined
  const { task_id: task, data, error_details: error } = read.data
  if (error == null) return { task, answer: { status: 'success', result: data } }
  return { task, answer: { status: 'failed', exception: data, reason: error.user_message } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
