import { randomUUID } from 'node:crypto'
import { Refusal, type Call } from '../http/call'

/** An error in the shape of Globus Transfer. */
export function transferError(call: Call, status: number, code: string, message: string, more: object = {}): Refusal {
  return new Refusal({ status, body: { code, message, request_id: randomUUID().slice(0, 9), resource: call.url.pathname, ...more } })
}
