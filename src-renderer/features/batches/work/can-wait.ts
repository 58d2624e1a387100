import { type ErrorCode, errorKinds, FirstError } from '@shared/errors'
import { z } from 'zod'

const told = z.object({ data: z.object({ code: z.string() }) })

/** Whether what failed is worth another try by itself later: the core was not reached, or is busy; false where it said no. */
export function canWait(cause: unknown): boolean {
  const code = cause instanceof FirstError ? cause.code : told.safeParse(cause).data?.data.code
  // What is not of the catalogue is a line that broke in the middle of a call.
  if (code === undefined) return true
  return Object.hasOwn(errorKinds, code) && errorKinds[code as ErrorCode].retry === 'later'
}
