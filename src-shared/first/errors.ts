import { z } from 'zod'

/** Codes of FIRST's errors (wire/first.md, "Errors"). */
export const firstErrorCode = z.enum([
  'cluster_not_found', 'endpoint_not_found', 'batch_not_found', 'unauthorized', 'access_denied', 'cluster_under_maintenance', 'unsupported_framework', 'unsupported_endpoint',
  'batch_unavailable', 'quota_exceeded', 'batch_ongoing', 'batch_failed', 'too_many_requests', 'request_timeout', 'internal_endpoint_error', 'failed_to_get_cluster_jobs', 'internal_error',
])
export type FirstErrorCode = z.infer<typeof firstErrorCode>

/** `{error:{code,message,info}}`. OpenAI's errors have `type` in the same place, and are not read as FIRST's. */
export const firstErrorBody = z.object({
  error: z.looseObject({ code: z.string(), message: z.string(), info: z.record(z.string(), z.unknown()).nullish(), type: z.undefined().optional() }),
})

/** One fault that the schema of a request body found. */
export const validationFault = z.looseObject({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string(), type: z.string() })
export type ValidationFault = z.infer<typeof validationFault>

/** `{detail:[{loc,msg,type}]}` with 422, and `{detail:"…"}` of old servers. */
export const validationBody = z.object({ detail: z.array(validationFault).min(1) })
export const oldErrorBody = z.object({ detail: z.string() })
