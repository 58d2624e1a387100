import Dexie from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, it } from 'vitest'
import { Database } from '@renderer/db/schema'

/** The stores as the first version made them. */
const first = {
  conversations: 'id, [shelf+updatedAtMs+id]',
  messages: 'id, conversationId, [createdAtMs+id], state',
  progress: 'messageId',
  drafts: 'conversationId',
  outbox: 'id, conversationId',
  snapshots: 'name',
  preferences: 'key',
  backupState: 'key',
}

it('opens a database of the first version with all that is in it', async () => {
  const disk = { indexedDB: new IDBFactory(), IDBKeyRange }
  const old = new Dexie('test', disk)
  old.version(1).stores(first)
  await old.open()
  await old.table('drafts').put({ conversationId: 'one', text: 'half a thought', updatedAtMs: 1 })
  old.close()

  const db = new Database('test', disk)
  await db.open()
  expect(await db.drafts.get('one')).toMatchObject({ text: 'half a thought' })
  expect(await db.lastKnown.count()).toBe(0)
  db.close()
})
