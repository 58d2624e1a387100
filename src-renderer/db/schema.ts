import Dexie, { type DexieOptions, type Table } from 'dexie'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Conversation, Message, ModelChoice } from '@shared/domain/conversation'
import type { NewBatch } from '@shared/rpc/contract'

/** Where a conversation stands in the list; an index cannot hold a boolean. */
export type Shelf = 'pinned' | 'open' | 'trash'

export type ConversationRow = Conversation & { readonly shelf: Shelf }

/** The growing text of an answer that streams: kept apart, so that a flush does not wake every view of `messages`. */
export interface ProgressRow {
  readonly messageId: string
  readonly content: string
  readonly reasoning?: string
  readonly savedAtMs: number
}

export interface DraftRow {
  readonly conversationId: string
  readonly text: string
  readonly updatedAtMs: number
}

/** What was sent while another answer streamed; a row lives until its turn comes. */
export interface OutboxRow {
  readonly id: string
  readonly conversationId: string
  readonly text: string
  readonly choice: ModelChoice
  readonly createdAtMs: number
}

export interface KeyValueRow {
  readonly key: string
  readonly value: unknown
}

/** What the core answered last to a question of a page. */
export interface LastKnownRow {
  readonly key: string
  readonly value: unknown
  /** Unix milliseconds at which it was true. */
  readonly atMs: number
}

/** What is to be made of a file, once the core has it. */
export type BatchOrder = Omit<NewBatch, 'fileId' | 'outboxId'>

/** A file on its way to be a batch; the row lives until the batch is there. */
export interface BatchOutboxRow {
  readonly id: string
  readonly filename: string
  readonly bytes: number
  readonly createdAtMs: number
  /** Kept until the core has it. */
  readonly file?: Blob | undefined
  readonly fileId?: string | undefined
  /** Absent while a person still looks at what is in the file. */
  readonly order?: BatchOrder | undefined
  /** Why the core refused it: it is not tried again by itself. */
  readonly problem?: { readonly message: string; readonly action: string } | undefined
}

export const databaseName = 'first-desktop'

/** The window's own data. Versions are appended, never changed: a person's database may be at any of them. */
export class Database extends Dexie {
  declare readonly conversations: Table<ConversationRow, string>
  declare readonly messages: Table<Message, string>
  declare readonly progress: Table<ProgressRow, string>
  declare readonly drafts: Table<DraftRow, string>
  declare readonly outbox: Table<OutboxRow, string>
  declare readonly snapshots: Table<ClusterSnapshot, string>
  declare readonly preferences: Table<KeyValueRow, string>
  declare readonly backupState: Table<KeyValueRow, string>
  declare readonly lastKnown: Table<LastKnownRow, string>
  declare readonly batchOutbox: Table<BatchOutboxRow, string>

  constructor(name: string = databaseName, options?: DexieOptions) {
    super(name, options)
    // 1: the first. The list pages by [shelf+updatedAtMs+id], search by [createdAtMs+id], recovery finds what streamed by state.
    this.version(1).stores({
      conversations: 'id, [shelf+updatedAtMs+id]',
      messages: 'id, conversationId, [createdAtMs+id], state',
      progress: 'messageId',
      drafts: 'conversationId',
      outbox: 'id, conversationId',
      snapshots: 'name',
      preferences: 'key',
      backupState: 'key',
    })
    // 2: what pages showed last, so that they paint at once.
    this.version(2).stores({ lastKnown: 'key' })
    // 3: files that wait to be batches.
    this.version(3).stores({ batchOutbox: 'id' })
  }
}
