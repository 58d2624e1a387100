import type { IncomingHttpHeaders } from 'node:http'
import type { z } from 'zod'

/** One request, as a route sees it. */
export interface Call {
  readonly method: string
  /** With the origin of the service. */
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  /** A named part of the route's path, decoded; `*` is what is left of it. */
  param(name: string): string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object goes out as JSON. */
  readonly body?: string | Buffer | object
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  /** `/v2/tasks/:id`; `/*` for all that is below. */
  readonly path: string
  readonly handle: (call: Call) => Reply | Promise<Reply>
}

/** Thrown by a route: the answer as it stands. */
export class Refusal extends Error {
  constructor(readonly reply: Reply) {
    super(`refused with ${reply.status}`)
  }
}

export const ok = (body: object): Reply => ({ status: 200, body })

export const html = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply => ({ status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers }, body })

/** After a form: a reload of what follows posts nothing again. */
export const redirect = (location: string, headers: Readonly<Record<string, string>> = {}): Reply => ({ status: 303, headers: { location, 'cache-control': 'no-store', ...headers } })

export const formOf = (call: Call): URLSearchParams => new URLSearchParams(call.text)

/** The body, parsed; `refuse` makes the answer for one that does not fit. */
export function jsonOf<Body>(call: Call, schema: z.ZodType<Body>, refuse: (issues: readonly z.core.$ZodIssue[]) => Refusal): Body {
  let value: unknown
  try {
    value = JSON.parse(call.text)
  } catch (cause) {
    throw refuse([{ code: 'custom', path: [], message: String(cause), input: undefined }])
  }
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw refuse(parsed.error.issues)
  return parsed.data
}

export function cookieOf(call: Call, name: string): string | undefined {
  const pairs = (call.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  return pairs.find(([key]) => key === name)?.[1]
}

/** Of `Authorization: Bearer …`. */
export const bearerOf = (call: Call): string | undefined => /^Bearer (\S+)$/.exec(call.headers.authorization ?? '')?.[1]
