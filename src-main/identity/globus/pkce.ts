import { createHash, randomBytes } from 'node:crypto'

/** Proof that whoever brings a code is who asked for it (RFC 7636). */
export interface Pkce {
  /** 43 signs. */
  readonly verifier: string
  readonly challenge: string
}

export function createPkce(random: (size: number) => Buffer = randomBytes): Pkce {
  const verifier = random(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
