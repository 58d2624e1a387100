import { randomUUID } from 'node:crypto'
import { Refusal } from '../http/call'

/** An error in the shape of Globus Auth. `more` goes into the entry of `errors`. */
export function authError(status: number, error: string, description: string, more: object = {}): Refusal {
  return new Refusal({ status, body: { error, error_description: description, errors: [{ status: String(status), id: randomUUID(), code: error.toUpperCase(), title: error.replaceAll('_', ' '), detail: description, ...more }] } })
}
