import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import { errorKinds, FirstError, type ErrorCode } from '@shared/errors'
import type { SiteAnswer, SiteFailure } from '@shared/first/site-errors'
import { sendJson } from '../../engines/http'

const marked = z.object({
  first_desktop: z.object({
    code: z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(errorKinds, code)),
    message: z.string(),
    action: z.string(),
    retryAfterS: z.number().exactOptional(),
    info: z.record(z.string(), z.unknown()).exactOptional(),
    param: z.string().exactOptional(),
  }),
})

/** An error of ours on its way through our own loopback server, with all that the window needs of it. */
export function sendInnerError(response: ServerResponse, { code, message, kind, retryAfterS, info, param }: FirstError): void {
  const ours = { code, message, action: kind.action, ...(retryAfterS !== undefined && { retryAfterS }), ...(info !== undefined && { info }), ...(param !== undefined && { param }) }
  const headers = { ...(retryAfterS !== undefined && { 'retry-after': String(Math.ceil(retryAfterS)) }), ...(code === 'body_too_large' && { connection: 'close' }) }
  sendJson(response, kind.status, { error: { message, type: kind.type, param: param ?? null, code }, first_desktop: ours }, headers)
}

/** The same error on the other side; undefined for what the model's own server said. */
export function readInnerError({ body }: SiteAnswer): SiteFailure | undefined {
  const ours = marked.safeParse(parse(body)).data?.first_desktop
  if (ours === undefined) return undefined
  const { code, message, ...details } = ours
  return { error: new FirstError(code, message, details), refusedFields: [], isOfRequest: errorKinds[code].type === 'invalid_request_error' }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
