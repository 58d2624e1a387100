import type { Conversation } from '@shared/domain/conversation'
import { FirstError } from '@shared/errors'
import { readPreferences } from '../preferences'
import type { ConversationRow, Database, Shelf } from '../schema'
import type { BackupDeps, RestoreProgress, RestoreResult } from './backups'
import { type ParsedLines, parseLines } from './lines'

/** Merges a snapshot by id, a page a transaction; run again it changes nothing, so one that broke off is simply repeated. */
export async function restoreBackup({ db, client }: BackupDeps, backupId: string, onProgress?: (progress: RestoreProgress) => void): Promise<RestoreResult> {
  const info = (await client.backups.list()).find(({ id }) => id === backupId)
  if (!info) throw new FirstError('not_found', `There is no snapshot ${backupId}.`)
  const total = info.conversations + info.messages
  const result = { addedConversations: 0, addedMessages: 0, keptConversations: 0 }
  let conversations = 0
  let messages = 0
  let offset: number | undefined = 0
  while (offset !== undefined) {
    const page: { lines: string; next?: number | undefined } = await client.backups.read({ id: backupId, offset })
    const parsed = parsePage(page.lines, backupId)
    const merged = await mergePage(db, parsed)
    conversations += parsed.conversations.length
    messages += parsed.messages.length
    result.addedConversations += merged.addedConversations
    result.keptConversations += merged.keptConversations
    result.addedMessages += merged.addedMessages
    onProgress?.({ done: conversations + messages, total })
    offset = page.next
  }
  if (conversations !== info.conversations || messages !== info.messages)
    throw new FirstError('backup_damaged', `The snapshot holds ${info.conversations} conversations and ${info.messages} messages, but ${conversations} and ${messages} were read.`)
  return result
}

function parsePage(lines: string, backupId: string): ParsedLines {
  try {
    return parseLines(lines)
  } catch (cause) {
    throw new FirstError('backup_damaged', `A line of the snapshot ${backupId} makes no sense.`, { cause })
  }
}

function mergePage(db: Database, page: ParsedLines): Promise<RestoreResult> {
  return db.transaction('rw', [db.conversations, db.messages, db.drafts, db.preferences], async () => {
    const here = await db.conversations.bulkGet(page.conversations.map(({ id }) => id))
    const newer = page.conversations.filter(({ updatedAtMs }, index) => updatedAtMs > (here[index]?.updatedAtMs ?? -Infinity))
    await db.conversations.bulkPut(newer.map(toRow))
    // A message does not change once it has ended: the one that is here is as new.
    const known = await db.messages.bulkGet(page.messages.map(({ id }) => id))
    const missing = page.messages.filter((_message, index) => !known[index])
    await db.messages.bulkPut(missing)
    const drafts = await db.drafts.bulkGet(page.drafts.map(({ conversationId }) => conversationId))
    await db.drafts.bulkPut(page.drafts.filter((_draft, index) => !drafts[index]))
    await mergePreferences(db, page)
    return { addedConversations: newer.length, keptConversations: page.conversations.length - newer.length, addedMessages: missing.length }
  })
}

async function mergePreferences(db: Database, page: ParsedLines): Promise<void> {
  const keys = new Set(Object.keys(await readPreferences(db)))
  const present = new Set(await db.preferences.toCollection().primaryKeys())
  await db.preferences.bulkPut(page.preferences.filter(({ key }) => keys.has(key) && !present.has(key)))
}

function toRow(conversation: Conversation): ConversationRow {
  const shelf: Shelf = conversation.deletedAtMs !== undefined ? 'trash' : conversation.isPinned ? 'pinned' : 'open'
  return { ...conversation, shelf }
}
