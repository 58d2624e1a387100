import type { RequestRow } from '@shared/domain/records'
import type { ModelStatus } from '@shared/domain/model'

export interface Outcome {
  readonly word: string
  /** Whose colour and shape it has. */
  readonly mark: ModelStatus
}

/** What became of a request, in a word. */
export function outcomeOf({ isRunning, isFailed, isCut, firstByteMs, status }: RequestRow): Outcome {
  if (isRunning) return firstByteMs === undefined ? { word: 'Waiting', mark: 'queued' } : { word: 'Answering', mark: 'starting' }
  if (isFailed) return { word: `Failed ${status}`, mark: 'failed' }
  if (isCut === true) return { word: 'Left', mark: 'offline' }
  return { word: `OK ${status}`, mark: 'live' }
}

const operations: Readonly<Record<string, string>> = {
  chat_completions: 'Chat',
  responses: 'Responses',
  messages: 'Messages',
  completions: 'Completions',
  embeddings: 'Embeddings',
  count_tokens: 'Count tokens',
}

/** What was asked for; the route where it is none of the operations. */
export function operationOf({ operation, route }: RequestRow): string {
  return (operation !== undefined ? operations[operation] : undefined) ?? route
}
