import type { Table } from 'dexie'
import { conversation } from '@shared/domain/conversation'
import { FirstError } from '@shared/errors'
import type { BackupInfo } from '@shared/rpc/contract'
import { interruptedFrom } from '../recovery'
import type { BackupDeps } from './backups'
import { type BackupLine, formatLine } from './lines'

const pageSize = 200
/** Characters sent at a time, and the most that the core takes (the contract's `append`). */
const chunkLength = 1_000_000
const longestLine = 4_000_000

export const lastBackupKey = 'lastBackup'

/** Writes everything the window keeps to the core, a page at a time; undefined when another window is at it. */
export async function takeBackup(deps: BackupDeps): Promise<BackupInfo | undefined> {
  const release = await deps.locks.tryHold('first-desktop:backup')
  if (!release) return undefined
  try {
    const { id } = await deps.client.backups.begin()
    try {
      const counts = await sendLines(deps, id)
      const info = await deps.client.backups.commit({ id, ...counts })
      await deps.db.backupState.put({ key: lastBackupKey, value: info.takenAtMs })
      return info
    } catch (cause) {
      // What ended it is the news; that the core also cannot drop it is its own affair.
      await deps.client.backups.abort({ id }).catch(deps.onError)
      throw cause
    }
  } finally {
    release()
  }
}

async function sendLines({ db, client, idle, onError }: BackupDeps, id: string): Promise<{ conversations: number; messages: number }> {
  const counts = { conversations: 0, messages: 0 }
  const known = new Set<string>()
  let chunk = ''

  async function add(line: BackupLine, what: string): Promise<boolean> {
    const text = formatLine(line)
    if (text.length > longestLine) {
      onError(new FirstError('body_too_large', `${what} is too long for a snapshot and was left out of it.`))
      return false
    }
    if (chunk.length + text.length > chunkLength) await send()
    chunk += text
    return true
  }
  async function send(): Promise<void> {
    const lines = chunk
    chunk = ''
    if (lines !== '') await client.backups.append({ id, lines })
  }

  for await (const rows of pages(db.conversations, (row) => row.id)) {
    for (const row of rows) {
      if (!(await add({ kind: 'conversation', conversation: conversation.parse(row) }, `The conversation "${row.title}"`))) continue
      known.add(row.id)
      counts.conversations += 1
    }
    await idle()
  }
  for await (const rows of pages(db.messages, (row) => row.id)) {
    const growing = rows.filter(({ state }) => state === 'streaming').map(({ id: messageId }) => messageId)
    const progress = new Map((await db.progress.bulkGet(growing)).map((row) => [row?.messageId, row]))
    for (const row of rows) {
      // Of a conversation that began since its page was read; the next snapshot has it.
      if (!known.has(row.conversationId)) continue
      const message = row.state === 'streaming' ? interruptedFrom(row, progress.get(row.id)) : row
      if (await add({ kind: 'message', message }, `A message of ${new Date(row.createdAtMs).toISOString()}`)) counts.messages += 1
    }
    await idle()
  }
  for (const draft of await db.drafts.toArray()) await add({ kind: 'draft', draft }, 'A draft')
  for (const preference of await db.preferences.toArray()) await add({ kind: 'preference', preference }, `The preference ${preference.key}`)
  await send()
  return counts
}

/** A table in pages, by primary key: the whole is never in memory, and no transaction waits for the core. */
async function* pages<T>(table: Table<T, string>, keyOf: (row: T) => string): AsyncGenerator<readonly T[], void, void> {
  let after: string | undefined
  for (;;) {
    const page = await (after === undefined ? table.toCollection() : table.where(':id').above(after)).limit(pageSize).toArray()
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (!last || page.length < pageSize) return
    after = keyOf(last)
  }
}
