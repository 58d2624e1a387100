import type { Identity } from '@shared/domain/identity'

/** Turns a presented key into who holds it; synchronous, from memory, in constant time for a wrong key. */
export interface KeyVerifier {
  verify(secret: string): Identity | undefined
}
