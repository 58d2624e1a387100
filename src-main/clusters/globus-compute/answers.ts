import { z } from 'zod'

/** Answers of Globus Compute (wire/globus.md, section 3); what is not read here may be there too. */
export const statusAnswer = z.looseObject({
  status: z.string(),
  details: z.looseObject({ managers: z.number().nullish(), pending_tasks: z.number().nullish(), outstanding_tasks: z.unknown() }).nullish(),
})
export type StatusAnswer = z.infer<typeof statusAnswer>

export const registeredAnswer = z.looseObject({ function_uuid: z.string().min(1) })

export const submitAnswer = z.looseObject({ task_group_id: z.string(), tasks: z.record(z.string(), z.array(z.string())) })
export type SubmitAnswer = z.infer<typeof submitAnswer>

export const taskAnswer = z.looseObject({ status: z.string(), result: z.string().nullish(), exception: z.string().nullish(), reason: z.string().nullish() })
export type TaskAnswer = z.infer<typeof taskAnswer>

export const batchAnswer = z.looseObject({ results: z.record(z.string(), taskAnswer) })

export const groupAnswer = z.looseObject({ tasks: z.array(z.looseObject({ id: z.string() })) })

export const queueAnswer = z.looseObject({ queue_prefix: z.string(), connection_url: z.string() })

export const errorAnswer = z.looseObject({ code: z.string().nullish(), reason: z.string().nullish(), detail: z.unknown() })
