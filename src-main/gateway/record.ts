import type { Identity } from '@shared/domain/identity'
import type { Usage } from '@shared/domain/usage'
import type { FirstError } from '@shared/errors'
import type { RequestOutcome } from '../records/recorder'
import type { Call, Door } from './call'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Gathers what is kept of one request while it goes through the stages. */
export class RequestRecord {
  readonly #outcome: Mutable<RequestOutcome>
  readonly #clock: () => number

  constructor(call: { readonly id: string; readonly door: Door; readonly route: string }, clock: () => number) {
    this.#clock = clock
    this.#outcome = { requestId: call.id, startedAtMs: clock(), door: call.door, route: call.route, attempts: 0, status: 200, isStreamed: false, totalMs: 0 }
  }

  identity(identity: Identity): Identity {
    this.#outcome.identity = identity.id
    return identity
  }

  request<Asked extends { readonly model: string; readonly isStreamed: boolean }>(asked: Asked): Asked {
    this.#outcome.model = asked.model
    this.#outcome.isStreamed = asked.isStreamed
    return asked
  }

  attempt(cluster: string): void {
    this.#outcome.cluster = cluster
    this.#outcome.attempts++
  }

  firstByte(): void {
    this.#outcome.firstByteMs ??= this.#clock() - this.#outcome.startedAtMs
  }

  usage(usage: Usage): void {
    this.#outcome.usage = usage
  }

  /** `status` is what the caller was told, which stays 200 when a stream breaks. */
  fail(error: FirstError, status: number): void {
    this.#outcome.errorCode = error.code
    this.#outcome.status = status
  }

  close(): RequestOutcome {
    this.#outcome.totalMs = this.#clock() - this.#outcome.startedAtMs
    return this.#outcome
  }
}

export const openRecord = (call: Pick<Call, 'id' | 'door' | 'route'>, clock: () => number): RequestRecord => new RequestRecord(call, clock)
