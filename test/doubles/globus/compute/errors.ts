import type { z } from 'zod'
import { Refusal } from '../http/call'

/** An error in the shape of Globus Compute. */
export function computeError(status: number, code: string, reason: string, more: object = {}): Refusal {
  return new Refusal({ status, body: { status: 'Failed', code, error_args: [], http_status_code: status, detail: reason, reason, ...more } })
}

/** A Globus Auth Requirements Error, with its message in `reason`. */
export function policyRefusal(policies: readonly string[], message: string): Refusal {
  return computeError(403, 'AuthorizationRequired', message, { message, authorization_parameters: { session_message: message, session_required_policies: policies } })
}

export function unprocessable(issues: readonly z.core.$ZodIssue[]): Refusal {
  return new Refusal({ status: 422, body: { detail: issues.map(({ path, message, code }) => ({ loc: ['body', ...path], msg: message, type: code })) } })
}
