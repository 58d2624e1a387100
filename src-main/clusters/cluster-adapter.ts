import type { BatchEndpoint } from '@shared/domain/batch-report'
import type { ClusterKind, ClusterSnapshot } from '@shared/domain/cluster'
import type { Framework, Operation } from '@shared/domain/model'
import type { SiteAnswer, SiteFailure } from '@shared/first/site-errors'
import type { BatchService } from '../batches/service/batch-service'
import type { ChatForm } from '../translate/chat/chat-form'

/** A model configured on a cluster with a framework: what a request is routed to. */
export interface Deployment {
  readonly cluster: string
  readonly model: string
  readonly framework: Framework
  /** The batch whose request it is, where the deployment has a replica for each. */
  readonly batch?: string
}

/** How a place deviates from a server that takes everything. */
export interface WireProfile {
  /** What it serves itself; a protocol that is not here is translated to the first one that is. Absent: it is tried. */
  readonly operations?: readonly Operation[]
  /** Of these, what it serves as a stream; a stream of another protocol is translated to the first one that is here. Absent: all of them. */
  readonly streamed?: readonly Operation[]
  /** How it takes a chat request that was translated. */
  readonly chat?: ChatForm
  /** Keeps answers of Responses for `previous_response_id` itself. Absent: they are kept here. */
  readonly keepsResponses?: true
  /** Fields of the request that it is known, or has said, to refuse. */
  refused(operation: Operation, fields: readonly string[]): readonly string[]
  /** The body in the form that the place takes, with the names of what was left out; absent, or undefined: as it is. */
  fit?(operation: Operation, fields: Readonly<Record<string, unknown>>): { readonly fields: Readonly<Record<string, unknown>>; readonly dropped: readonly string[] } | undefined
  /** It has answered 422 `extra_forbidden` for these: they are left out from now on. */
  learn(operation: Operation, fields: readonly string[]): void
  /** It has no such path (404 or 405 that is not about the model): leases taken from now on leave the operation out. True where that opens another way. */
  unserved?(operation: Operation): boolean
  /** What an answer that is no success means, where the place has errors of its own shape; absent, or undefined: read as anybody's. */
  readError?(answer: SiteAnswer, model: string): SiteFailure | undefined
  /** After `readError`: the place refused credentials that another `acquire` has fresh. */
  isRenewed?(): boolean
}

/** A place to send one request to. Whoever holds it calls `release` exactly once, however the request ended. */
export interface Lease {
  /** Base URL with the version and no slash at its end: `http://127.0.0.1:41234/v1`. */
  readonly baseUrl: string
  /** Credentials and what else the place wants; never sent back to the caller, never logged. */
  readonly headers: Readonly<Record<string, string>>
  /** The id the place knows the model by, which replaces `model` in the request when it differs. */
  readonly model: string
  /** Absent: it takes everything, and what it does not serve it refuses itself. */
  readonly profile?: WireProfile
  /** Asked when the place takes no connection: true once it is known to have ended, so that another `acquire` finds or starts a new one. */
  hasEnded?(): Promise<boolean>
  release(): void
}

/**
 * One kind of cluster. `test/conformance` is what makes an adapter one: every kind passes the same tests.
 */
export interface ClusterAdapter {
  readonly kind: ClusterKind
  readonly name: string
  /** Asks the cluster, within the signal's time. Never throws for a cluster that is down: that is a snapshot too. */
  describe(signal: AbortSignal): Promise<ClusterSnapshot>
  /** Waits until the deployment can take one request; throws a `FirstError` that says why it cannot. */
  acquire(deployment: Deployment, signal: AbortSignal): Promise<Lease>
  /** The lease of `acquire` where there is nothing to wait for: an adapter that can tell spares the path of each request two promises. */
  leaseNow?(deployment: Deployment): Lease | undefined
  /** What does a whole batch of a deployment there, by the key of the batch; undefined, or absent: its requests are sent one by one. */
  batchService?(deployment: Deployment, endpoint: BatchEndpoint, key: string): BatchService | undefined
  /** Calls back when what `describe` would say has changed on its own accord; returns how to stop that. */
  onChange?(listener: () => void): () => void
  /** For a cluster that was removed: lets requests that hold a lease come to their end, and closes then. Absent: `close` cuts none. */
  retire?(): Promise<void>
  /** Stops what it started and closes what it opened, at once. */
  close(): Promise<void>
}
