import type { IncomingHttpHeaders } from 'node:http'
import type { Identity } from '@shared/domain/identity'

/** Turns a token that is no key of this gateway into who holds it. */
export interface TokenVerifier {
  /** Whether tokens open this gateway at all. */
  isOn(): boolean
  /**
   * By the header; at once where the token was asked about lately.
   * @throws FirstError `unauthorized`, `too_many_requests`, `globus_unreachable`, also as a rejection
   */
  verify(headers: IncomingHttpHeaders): Identity | Promise<Identity>
}
