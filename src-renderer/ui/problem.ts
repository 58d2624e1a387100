import { FirstError } from '@shared/errors'
import { z } from 'zod'

/** What went wrong, in a sentence, and what to do about it. */
export interface Problem {
  readonly message: string
  readonly action: string
}

/** An error of the catalogue as it comes over the wire (rpc/contract.ts). */
const fromCore = z.object({ message: z.string(), data: z.object({ code: z.string(), action: z.string() }) })

export function problemOf(cause: unknown): Problem {
  if (cause instanceof FirstError) return { message: cause.message, action: cause.kind.action }
  const told = fromCore.safeParse(cause)
  if (told.success) return { message: told.data.message, action: told.data.data.action }
  return { message: 'Something went wrong in this window.', action: 'Try again. If it comes back, quit FIRST Desktop and start it again; what is stored is kept.' }
}
