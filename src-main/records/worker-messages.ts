import { z } from 'zod'
import { recentPage, recordsState, seriesPoint, usageRow } from '@shared/domain/records'
import { errorKinds, FirstError, toFirstError, type ErrorCode } from '@shared/errors'
import type { RecordsStore } from './records-store'

/** What can be asked of the thread, and what it answers; `close` ends it without a word. */
export const answers = {
  write: z.undefined(),
  recent: recentPage,
  usage: z.array(usageRow),
  series: z.array(seriesPoint),
  kept: recordsState.pick({ rowsKept: true, oldestMs: true }),
} as const satisfies Record<Exclude<keyof RecordsStore, 'close'>, z.ZodType>
export type Asked = keyof typeof answers

/** From one of our own modules to the other, in one process: inputs were checked where they came in. */
export type Question = { [Name in Asked]: { readonly id: number; readonly ask: Name; readonly input: Parameters<RecordsStore[Name]>[0] } }[Asked]
export const closeThread = { ask: 'close' } as const

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorKinds, code)
export const sentError = z.object({ code: z.string().refine(isErrorCode), message: z.string(), action: z.string(), param: z.string().optional(), cause: z.object({ message: z.string(), code: z.string().optional() }).optional() })

export const reply = z.union([z.object({ id: z.number(), answer: z.unknown() }), z.object({ id: z.number(), error: sentError })])
export type Reply = z.infer<typeof reply>

/** An error crosses as data: a class does not. */
export function sendError(cause: unknown): z.infer<typeof sentError> {
  const error = toFirstError(cause)
  return { code: error.code, message: error.message, action: error.kind.action, ...(error.param !== undefined && { param: error.param }), ...(error.cause instanceof Error && { cause: withCode(error.cause) }) }
}

export function receiveError({ code, message, action, param, cause }: z.infer<typeof sentError>): FirstError {
  return new FirstError(code, message, { action, ...(param !== undefined && { param }), ...(cause !== undefined && { cause: Object.assign(new Error(cause.message), cause) }) })
}

/** The code of the system says what kind of fault it is. */
const withCode = (cause: Error): { readonly message: string; readonly code?: string } => ({ message: cause.message, ...('code' in cause && typeof cause.code === 'string' && { code: cause.code }) })
