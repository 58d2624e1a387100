import type { BatchEndpoint } from '@shared/domain/batch-report'

/** What is sent to a site. */
export interface SiteOrder {
  /** Of the JSONL file with the requests. */
  readonly path: string
  readonly endpoint: BatchEndpoint
  /** Stands in the metadata there, so that a batch whose id was lost is found again. */
  readonly key: string
}

/** A batch as its site tells it. */
export interface SiteBatch {
  readonly id: string
  readonly status: 'running' | 'ended' | 'failed'
  readonly completed: number
  readonly failed: number
  /** Ids of files of results, once it has ended. */
  readonly resultFiles: readonly string[]
  /** Why it failed, a sentence. */
  readonly reason?: string
  /** While it runs: what it waits for, a sentence. */
  readonly waits?: string
  /** Something a person should know of how it ended. */
  readonly note?: string
}

/** What goes along with a step that may take long. */
export interface LongStep {
  /** Aborted when the batch is cancelled or has expired. */
  readonly ending: AbortSignal
  /** How far it is, or why it does not go on. */
  readonly onWait: (words: string | undefined) => void
}

/** The batch service of a site; what it throws is of the catalogue, `batch_not_found` where the site knows nothing of a batch. */
export interface BatchService {
  /** @returns the id of the batch there */
  submit(order: SiteOrder, signal: AbortSignal, step: LongStep): Promise<string>
  /** The batch that was submitted with a key, if there is one among its newest. */
  find(key: string, signal: AbortSignal, step: LongStep): Promise<string | undefined>
  status(id: string, signal: AbortSignal): Promise<SiteBatch>
  /** The bytes of one file of results. */
  results(fileId: string, signal: AbortSignal, step: LongStep): AsyncIterable<Uint8Array>
  cancel(id: string, signal: AbortSignal): Promise<void>
  /** It is over, and its results are taken over: what lies there for it can go. Never rejects. */
  finish?(signal: AbortSignal): Promise<void>
}

/** Where a batch is done: at a site that has such a service, or line by line, with a word on why where there is one. */
export type Site = { readonly kind: 'service'; readonly cluster: string; readonly service: BatchService } | { readonly kind: 'streamed'; readonly note?: string }
