import { randomBytes } from 'node:crypto'

/** Ids that no other run of the gateway gives; a counter behind one random part, since random bytes for each request cost more than routing it. */
export function createRequestIds(): () => string {
  const run = randomBytes(9).toString('base64url')
  let count = 0
  return () => `req-${run}-${(count++).toString(36)}`
}
