import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Random bytes, handed in so that tests know them. */
export type RandomBytes = (size: number) => Buffer

export const systemRandom: RandomBytes = (size) => randomBytes(size)

/** A new key, `fd-` and 256 random bits; what is kept of it is its hash. */
export function newKey(random: RandomBytes = systemRandom): string {
  return `fd-${random(32).toString('base64url')}`
}

export const keyPattern = /^fd-[A-Za-z0-9_-]{43}$/

/** SHA-256, hexadecimal: enough for 256 random bits, where a slow hash would only slow requests down. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
