import type { Clock } from '../core/clock'
import { hashSecret, isSameHash, systemRandom, type RandomBytes } from '../identity/secret-text'

/** A code that lets one browser in, once. */
export interface OneTimeCode {
  readonly code: string
  /** True the first time the right code is shown, within its hour. */
  redeem(shown: string): boolean
}

const lifetimeMs = 3_600_000

export function createOneTimeCode(clock: Clock, random: RandomBytes = systemRandom): OneTimeCode {
  const code = random(18).toString('base64url')
  const hash = hashSecret(code)
  const endsAtMs = clock.now() + lifetimeMs
  let isUsed = false
  return {
    code,
    redeem(shown) {
      if (isUsed || clock.now() >= endsAtMs || !isSameHash(hash, hashSecret(shown))) return false
      isUsed = true
      return true
    },
  }
}
