import type { IncomingMessage, ServerResponse } from 'node:http'

/** Lets a page that passed the origin guard read the answer (Fetch standard, 3.3). */
export function setCorsHeaders(origin: string, response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', 'x-request-id, x-first-cluster, x-first-attempts, x-first-dropped, retry-after, x-ratelimit-limit-requests, x-ratelimit-remaining-requests, x-ratelimit-reset-requests, x-ratelimit-limit-tokens, x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens')
  response.setHeader('vary', 'Origin')
}

export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined

/** The key is checked at the request that follows. */
export function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const asked = headers['access-control-request-headers']
  response.setHeader('access-control-allow-methods', 'GET, POST, DELETE')
  response.setHeader('access-control-max-age', 600)
  if (asked !== undefined) response.setHeader('access-control-allow-headers', asked)
  response.writeHead(204).end()
}
