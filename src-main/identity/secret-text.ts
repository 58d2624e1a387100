import { createHash, randomBytes } from 'node:crypto'

/** Random bytes, handed in so that tests know them. */
export type RandomBytes = (size: number) => Buffer

export const systemRandom: RandomBytes = (size) => randomBytes(size)

/** A new key, `fd-` and 256 random bits; what is kept of it is its hash. */
export function newKey(random: RandomBytes = systemRandom): string {
  return `fd-${random(32).toString('base64url')}`
}

export const keyPattern = /^fd-[A-Za-z0-9_-]{43}$/

/** SHA-256: enough for 256 random bits, where a slow hash would only slow requests down. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
