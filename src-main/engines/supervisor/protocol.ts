import { z } from 'zod'

/** The command comes first; then one word of what shall become of it. */
export const toSupervisorChild = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    command: z.strictObject({ argv: z.array(z.string()), env: z.record(z.string(), z.string()), cwd: z.string(), logFile: z.string(), exitFile: z.string() }),
  }),
  z.strictObject({ type: z.literal('go') }),
  z.strictObject({ type: z.literal('abandon') }),
])
export type ToSupervisorChild = z.infer<typeof toSupervisorChild>

export const fromSupervisorChild = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello') }),
  z.strictObject({ type: z.literal('started'), pid: z.int() }),
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
])
export type FromSupervisorChild = z.infer<typeof fromSupervisorChild>
