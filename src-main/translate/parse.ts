import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import { fieldProblem } from '@shared/requests'
import type { SseEvent } from './sse'

/** @throws FirstError `invalid_request` that names the field */
export function parseRequest<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const { param, words } = fieldProblem(parsed.error)
  const what = param === '' ? 'This request' : `"${param}"`
  throw new FirstError('invalid_request', `${what} cannot be sent to the cluster of this model, which speaks another protocol: ${words}.`, { action: 'Leave it out, or choose a model whose cluster speaks this protocol.', ...(param !== '' && { param }) })
}

/** @throws FirstError `upstream_garbled` */
export function parseUpstream<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new FirstError('upstream_garbled', `The server's answer is not of its protocol: "${issue?.path.join('.') ?? ''}" ${issue?.message ?? ''}.`, { cause: parsed.error })
}

/** @throws FirstError `upstream_garbled` */
export function parseEvent<T>(schema: z.ZodType<T>, event: SseEvent): T {
  let json: unknown
  try {
    json = JSON.parse(event.data)
  } catch (cause) {
    throw new FirstError('upstream_garbled', 'The server sent an event that is not JSON.', { cause })
  }
  return parseUpstream(schema, json)
}

/** The type of an event of Responses or Messages; not every server says it as the event's name too. */
export function typeOf(event: SseEvent): string | undefined {
  if (event.name !== undefined) return event.name
  const json = jsonOf(event.data)
  return isObject(json) && typeof json['type'] === 'string' ? json['type'] : undefined
}

/** The object that the JSON text of a call's arguments stands for; text that is none is kept under `input`. */
export function argumentsObject(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  const value = jsonOf(text)
  return isObject(value) ? value : { input: value ?? text }
}

/** Undefined for text that is not JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of a body that are not among those known and hold something. */
export function extrasOf(body: Readonly<Record<string, unknown>>, known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([name, value]) => !(name in known) && value != null))
}
