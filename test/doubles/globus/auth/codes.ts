import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock'
import type { Person } from '../world'
import type { ConsentPath } from './scopes'
import type { AuthSession } from './session'

/** What a code stands for. */
export interface CodeGrant {
  readonly client: string
  readonly redirectUri: string
  /** Absent: a confidential client that sent none. */
  readonly challenge: string | undefined
  readonly state: string | undefined
  readonly isOffline: boolean
  /** Scopes asked for, without their dependents. */
  readonly paths: readonly ConsentPath[]
  readonly person: Person
  readonly session: AuthSession
}

/** Seconds that a code lives. */
export const codeLifetimeS = 600

export interface Codes {
  issue(grant: CodeGrant): string
  /** What it stands for, once; undefined when it is unknown, used or too old. */
  take(code: string): CodeGrant | undefined
}

export function createCodes(clock: Clock): Codes {
  const codes = new Map<string, { readonly grant: CodeGrant; readonly expiresAtS: number }>()
  return {
    issue(grant) {
      const code = randomBytes(20).toString('base64url')
      codes.set(code, { grant, expiresAtS: clock.nowS() + codeLifetimeS })
      return code
    },
    take(code) {
      const found = codes.get(code)
      codes.delete(code)
      return found === undefined || found.expiresAtS <= clock.nowS() ? undefined : found.grant
    },
  }
}

const verifierForm = /^[A-Za-z0-9._~-]{43,128}$/

/** RFC 7636, S256. */
export const provesChallenge = (verifier: string, challenge: string): boolean => verifierForm.test(verifier) && createHash('sha256').update(verifier).digest('base64url') === challenge
