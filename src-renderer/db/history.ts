import Dexie from 'dexie'
import type { ChatParameters, Conversation, Message, ModelChoice } from '@shared/domain/conversation'
import { FirstError } from '@shared/errors'
import type { Clock, NewId } from './environment'
import type { ConversationRow, Database, Shelf } from './schema'
import { branchTo, type BranchMessage, buildTree, leafBelow } from './tree'

export interface NewConversation {
  readonly title?: string
  readonly choice?: ModelChoice
  readonly systemPrompt?: string
  readonly parameters?: ChatParameters
}

/** What a person can set on a conversation, besides its title, pin and place. */
export type ConversationSettings = Partial<Pick<Conversation, 'systemPrompt' | 'parameters' | 'choice'>>

/** Where a page ends and the next begins. */
export interface PageCursor {
  readonly updatedAtMs: number
  readonly id: string
}

export interface History {
  createConversation(input?: NewConversation): Promise<Conversation>
  get(conversationId: string): Promise<Conversation | undefined>
  /** Newest first, after `before`; never more than `limit` rows are read. */
  listPage(page: { shelf: Shelf; before?: PageCursor; limit: number }): Promise<Conversation[]>
  count(shelf: Shelf): Promise<number>
  rename(conversationId: string, title: string): Promise<void>
  setPinned(conversationId: string, isPinned: boolean): Promise<void>
  configure(conversationId: string, settings: ConversationSettings): Promise<void>
  /** To the trash, from where `undoDelete` brings it back until it is purged. */
  softDelete(conversationId: string): Promise<void>
  undoDelete(conversationId: string): Promise<void>
  /** Ends what went to the trash more than 30 days ago; returns how many conversations. */
  purgeOldTrash(): Promise<number>
  /** Root to leaf; the conversation's own leaf where `leafId` is absent. */
  branch(conversationId: string, leafId?: string): Promise<BranchMessage[]>
  /** All versions of one turn, oldest first. */
  siblings(messageId: string): Promise<Message[]>
  /** Shows the branch that goes through a message (a sibling, a search hit), down to its newest end. */
  selectBranch(messageId: string): Promise<void>
}

const trashDays = 30
const dayMs = 86_400_000

export interface HistoryDeps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
}

/** Conversations and the walk through their trees. Rejects with `not_found` for an id that is not there. */
export function createHistory({ db, clock, newId }: HistoryDeps): History {
  async function change(id: string, changes: Partial<ConversationRow>): Promise<void> {
    const changed = await db.conversations.where('id').equals(id).modify(changes)
    if (changed === 0) throw new FirstError('not_found', `There is no conversation ${id} in this window.`)
  }

  function shelfRange(shelf: Shelf, before?: PageCursor) {
    const upper = before ? [shelf, before.updatedAtMs, before.id] : [shelf, Dexie.maxKey]
    return db.conversations.where('[shelf+updatedAtMs+id]').between([shelf], upper, true, false)
  }

  return {
    async createConversation(input = {}) {
      const nowMs = clock.now()
      const row: ConversationRow = {
        id: newId(),
        title: input.title ?? 'New chat',
        isTitleOwn: input.title !== undefined,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        isPinned: false,
        shelf: 'open',
        systemPrompt: input.systemPrompt ?? '',
        parameters: input.parameters ?? {},
        ...(input.choice && { choice: input.choice }),
      }
      await db.conversations.add(row)
      return row
    },

    get: (id) => db.conversations.get(id),
    listPage: ({ shelf, before, limit }) => shelfRange(shelf, before).reverse().limit(limit).toArray(),
    count: (shelf) => shelfRange(shelf).count(),

    rename: (id, title) => change(id, { title: title.trim() || 'New chat', isTitleOwn: title.trim() !== '' }),
    setPinned: (id, isPinned) => change(id, { isPinned, shelf: isPinned ? 'pinned' : 'open' }),
    configure: (id, settings) => change(id, settings),
    softDelete: (id) => change(id, { deletedAtMs: clock.now(), shelf: 'trash' }),

    async undoDelete(id) {
      const row = await db.conversations.get(id)
      // Dexie drops a property that a change sets to undefined.
      await change(id, { deletedAtMs: undefined, shelf: row?.isPinned ? 'pinned' : 'open' })
    },

    async purgeOldTrash() {
      const limitMs = clock.now() - trashDays * dayMs
      return db.transaction('rw', [db.conversations, db.messages, db.progress, db.drafts, db.outbox], async () => {
        const old = await shelfRange('trash').filter((row) => (row.deletedAtMs ?? Infinity) < limitMs).primaryKeys()
        const messageIds = await db.messages.where('conversationId').anyOf(old).primaryKeys()
        await Promise.all([
          db.conversations.bulkDelete(old),
          db.messages.bulkDelete(messageIds),
          db.progress.bulkDelete(messageIds),
          db.drafts.bulkDelete(old),
          db.outbox.where('conversationId').anyOf(old).delete(),
        ])
        return old.length
      })
    },

    async branch(conversationId, leafId) {
      const [row, messages] = await Promise.all([db.conversations.get(conversationId), messagesOf(db, conversationId)])
      return branchTo(buildTree(messages), leafId ?? row?.leafId)
    },

    async siblings(messageId) {
      const message = await findMessage(db, messageId)
      const tree = buildTree(await messagesOf(db, message.conversationId))
      const ids = branchTo(tree, messageId).at(-1)?.siblingIds ?? []
      return ids.flatMap((id) => tree.byId.get(id) ?? [])
    },

    async selectBranch(messageId) {
      const message = await findMessage(db, messageId)
      const tree = buildTree(await messagesOf(db, message.conversationId))
      await change(message.conversationId, { leafId: leafBelow(tree, messageId) })
    },
  }
}

export function messagesOf(db: Database, conversationId: string): Promise<Message[]> {
  return db.messages.where('conversationId').equals(conversationId).toArray()
}

/** Rejects with `not_found` where the message is gone. */
export async function findMessage(db: Database, messageId: string): Promise<Message> {
  const message = await db.messages.get(messageId)
  if (!message) throw new FirstError('not_found', `There is no message ${messageId} in this window.`)
  return message
}
