import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'

/** SHA-256 of a file, in base64. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('base64')
}

/** The SHA-256 that a server names, in base64: `Repr-Digest` (RFC 9530), or `Digest` (RFC 3230) of older ones. */
export function namedSha256(headers: IncomingHttpHeaders): string | undefined {
  const { 'repr-digest': ofFile, digest } = headers
  const said = [ofFile, digest].flat().find((value) => value !== undefined) ?? ''
  return /(?:^|,\s*)sha-256=:?([A-Za-z0-9+/]{43}=)/i.exec(said)?.[1]
}
