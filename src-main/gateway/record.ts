import type { Identity } from '@shared/domain/identity'
import type { Usage } from '@shared/domain/usage'
import type { FirstError } from '@shared/errors'
import type { Candidate } from '../federation/directory'
import { estimateRequest } from '../records/estimate-request'
import type { RequestOutcome } from '../records/recorder'
import type { Caller } from './call'
import type { InferenceRequest } from './inference-request'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Gathers what is kept of one request while it goes through the stages. */
export class RequestRecord {
  readonly #outcome: Mutable<RequestOutcome>
  readonly #clock: () => number
  #asked: InferenceRequest | undefined
  #caller: Identity | undefined
  #answerPieces = 0

  constructor(call: Pick<Caller, 'id' | 'door' | 'route'>, clock: () => number, origin?: string) {
    this.#clock = clock
    this.#outcome = { requestId: call.id, startedAtMs: clock(), door: call.door, route: call.route, ...(origin !== undefined && { origin }), attempts: 0, status: 200, isStreamed: false, totalMs: 0 }
  }

  /** As it is now; filled in further while the request runs. */
  get outcome(): RequestOutcome {
    return this.#outcome
  }

  identity(identity: Identity): Identity {
    this.#outcome.identity = identity.id
    this.#caller = identity
    return identity
  }

  /** Undefined until it is known who asks. */
  get caller(): Identity | undefined {
    return this.#caller
  }

  request(asked: InferenceRequest): InferenceRequest {
    this.#outcome.operation = asked.operation
    this.#outcome.model = asked.model
    this.#outcome.isStreamed = asked.isStreamed
    this.#asked = asked
    return asked
  }

  /** @returns which attempt this is, from 1. */
  attempt({ cluster, framework }: Candidate): number {
    this.#outcome.cluster = cluster
    this.#outcome.framework = framework
    return ++this.#outcome.attempts
  }

  get attempts(): number {
    return this.#outcome.attempts
  }

  /** Milliseconds that went by while no place could take it. */
  queued(ms: number): void {
    this.#outcome.queuedMs = (this.#outcome.queuedMs ?? 0) + ms
  }

  firstByte(): void {
    this.#outcome.firstByteMs ??= this.#clock() - this.#outcome.startedAtMs
  }

  /** Events of an answer went out: about a token each. */
  pieces(count: number): void {
    this.#answerPieces += count
  }

  usage(usage: Usage): void {
    this.#outcome.usage = usage
  }

  /** `status` is what the caller was told, which stays 200 when a stream breaks. */
  fail(error: FirstError, status: number): void {
    this.#outcome.errorCode = error.code
    this.#outcome.status = status
    if (error.code === 'cancelled') this.#outcome.isCut = true
  }

  /** What was used, estimated as far as no place has said it; undefined when nothing was answered. */
  settleUsage(): Usage | undefined {
    const said = this.#outcome.usage
    if (said === undefined ? this.#answerPieces > 0 : said.isEstimated) this.#outcome.usage = this.#estimated(said)
    return this.#outcome.usage
  }

  /** @param said of an answer that was cut: what its place had said until then */
  #estimated(said: Usage | undefined): Usage {
    // Some say none at the beginning of an answer.
    const promptTokens = said?.promptTokens || estimateRequest(this.#asked?.fields ?? {}).input
    // Vectors are no text.
    const completionTokens = this.#outcome.operation === 'embeddings' ? 0 : Math.max(said?.completionTokens ?? 0, this.#answerPieces)
    return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens, isEstimated: true }
  }

  close(): RequestOutcome {
    this.#outcome.totalMs = this.#clock() - this.#outcome.startedAtMs
    return this.#outcome
  }
}

/** @param origin address of the caller, where it has one */
export const openRecord = (call: Pick<Caller, 'id' | 'door' | 'route'>, clock: () => number, origin?: string): RequestRecord => new RequestRecord(call, clock, origin)
