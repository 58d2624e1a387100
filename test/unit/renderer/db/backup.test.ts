import { describe, expect, it } from 'vitest'
import type { BackupInfo } from '@shared/rpc/contract'
import { FirstError } from '@shared/errors'
import { saveStreamProgress } from '@renderer/db/answers'
import { type BackupDeps, createBackups } from '@renderer/db/backup/backups'
import { declineRestore, openDatabase } from '@renderer/db/open'
import { addMessage, createTestData, type TestData } from './support'

/** The core's side, in memory: it counts lines as the real one does. */
function createCoreDouble() {
  const kept = new Map<string, { info: BackupInfo; lines: string[] }>()
  const open = new Map<string, string[]>()
  const chunks: number[] = []
  const countOf = (lines: string[], kind: string): number => lines.filter((line) => line.startsWith(`{"kind":"${kind}"`)).length
  const backups = {
    list: () => Promise.resolve(Array.from(kept.values(), ({ info }) => info).reverse()),
    begin: () => {
      const id = `b${kept.size + open.size}`
      open.set(id, [])
      return Promise.resolve({ id })
    },
    append: ({ id, lines }: { id: string; lines: string }) => {
      chunks.push(lines.length)
      expect(lines.endsWith('\n')).toBe(true)
      open.get(id)!.push(...lines.trimEnd().split('\n'))
      return Promise.resolve({})
    },
    commit: ({ id, conversations, messages }: { id: string; conversations: number; messages: number }) => {
      const lines = open.get(id)!
      if (countOf(lines, 'conversation') !== conversations || countOf(lines, 'message') !== messages) throw new FirstError('invalid_request', 'The counts differ.')
      open.delete(id)
      const info: BackupInfo = { id, takenAtMs: 5, sizeBytes: lines.join('').length, conversations, messages }
      kept.set(id, { info, lines })
      return Promise.resolve(info)
    },
    abort: ({ id }: { id: string }) => {
      open.delete(id)
      return Promise.resolve({})
    },
    read: ({ id, offset }: { id: string; offset: number }) => {
      const lines = kept.get(id)!.lines
      const page = lines.slice(offset, offset + 3)
      return Promise.resolve({ lines: page.join('\n'), ...(offset + 3 < lines.length && { next: offset + 3 }) })
    },
  }
  return { backups, kept, open, chunks }
}

function backupsOf(data: TestData, core: ReturnType<typeof createCoreDouble>, onError: (cause: unknown) => void = (cause) => expect.unreachable(String(cause))) {
  // The double stands for the typed client: same procedures, no transport.
  const client = core as unknown as BackupDeps['client']
  return createBackups({ db: data.db, clock: data.clock, locks: data.locks, client, idle: () => Promise.resolve(), onError })
}

async function fill(data: TestData): Promise<void> {
  const chat = await data.history.createConversation({ title: 'Tides' })
  await data.history.setPinned(chat.id, true)
  const question = await addMessage(data, chat, 'why?')
  await addMessage(data, chat, 'because of the moon', { role: 'assistant', parentId: question.id, reasoning: 'hm' })
  const gone = await data.history.createConversation({ title: 'old' })
  await data.history.softDelete(gone.id)
  await data.db.drafts.put({ conversationId: chat.id, text: 'and the sun', updatedAtMs: 1 })
  await data.db.preferences.put({ key: 'sendKey', value: 'mod-enter' })
}

async function everything({ db }: TestData): Promise<unknown[]> {
  return Promise.all([db.conversations.toArray(), db.messages.toArray(), db.drafts.toArray(), db.preferences.toArray()])
}

describe('a snapshot', () => {
  it('gives an empty window back all that another had', async () => {
    const core = createCoreDouble()
    const before = await createTestData()
    await fill(before)
    const info = await backupsOf(before, core).take()
    expect(info).toMatchObject({ conversations: 2, messages: 2 })
    const after = await createTestData()
    const steps: number[] = []
    const result = await backupsOf(after, core).restore(info!.id, ({ done }) => steps.push(done))
    expect(result).toEqual({ addedConversations: 2, addedMessages: 2, keptConversations: 0 })
    expect(await everything(after)).toEqual(await everything(before))
    expect(steps).toEqual([3, 4])
  })

  it('changes nothing when it is restored twice', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    await fill(data)
    const before = await everything(data)
    const { id } = (await backupsOf(data, core).take())!
    expect(await backupsOf(data, core).restore(id)).toEqual({ addedConversations: 0, addedMessages: 0, keptConversations: 2 })
    expect(await everything(data)).toEqual(before)
  })

  it('never writes over what is here and newer', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    await fill(data)
    const { id } = (await backupsOf(data, core).take())!
    const [chat] = await data.history.listPage({ shelf: 'pinned', limit: 1 })
    await data.history.rename(chat!.id, 'Ebb')
    await addMessage(data, chat!, 'newer')
    await data.db.preferences.put({ key: 'sendKey', value: 'enter' })
    const before = await everything(data)
    await backupsOf(data, core).restore(id)
    expect(await everything(data)).toEqual(before)
  })

  it('holds a growing answer with the text stored so far, as interrupted', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    const chat = await data.history.createConversation()
    const answer = await addMessage(data, chat, '', { role: 'assistant', state: 'streaming' })
    await saveStreamProgress(data.db, data.clock, answer.id, { content: 'so far' })
    const { id } = (await backupsOf(data, core).take())!
    const after = await createTestData()
    await backupsOf(after, core).restore(id)
    expect(await after.db.messages.toArray()).toMatchObject([{ state: 'interrupted', content: 'so far' }])
  })

  it('goes out in pieces of at most a million characters', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    const chat = await data.history.createConversation()
    for (let index = 0; index < 5; index += 1) await addMessage(data, chat, 'x'.repeat(400_000))
    expect(await backupsOf(data, core).take()).toMatchObject({ messages: 5 })
    expect(core.chunks).toHaveLength(3)
    expect(Math.max(...core.chunks)).toBeLessThanOrEqual(1_000_000)
  })

  it('leaves a message out that no snapshot can hold, and says so', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    const problems: unknown[] = []
    await addMessage(data, await data.history.createConversation(), 'x'.repeat(4_000_001))
    expect(await backupsOf(data, core, (cause) => problems.push(cause)).take()).toMatchObject({ messages: 0 })
    expect(problems).toMatchObject([{ code: 'body_too_large' }])
  })

  it('is dropped when it breaks off, and taken by one window at a time', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    await fill(data)
    const broken = { ...core, backups: { ...core.backups, append: () => Promise.reject(new FirstError('disk_full', 'Full.')) } }
    await expect(backupsOf(data, broken).take()).rejects.toMatchObject({ code: 'disk_full' })
    expect(core.open.size).toBe(0)
    const release = await data.locks.hold('first-desktop:backup')
    expect(await backupsOf(data, core).take()).toBeUndefined()
    release()
    expect(await backupsOf(data, core).take()).toBeDefined()
  })

  it.each([
    ['is cut', (lines: string[]) => lines.slice(0, -3)],
    ['holds a line that makes no sense', (lines: string[]) => ['{"kind":"message"}', ...lines]],
    ['holds half a line', (lines: string[]) => [...lines, '{"kind":']],
  ])('is called damaged when it %s', async (_what, damage) => {
    const core = createCoreDouble()
    const data = await createTestData()
    await fill(data)
    const { id } = (await backupsOf(data, core).take())!
    const { info, lines } = core.kept.get(id)!
    core.kept.set(id, { info, lines: damage(lines) })
    await expect(backupsOf(await createTestData(), core).restore(id)).rejects.toMatchObject({ code: 'backup_damaged' })
  })
})

describe('the rota of snapshots', () => {
  /** Dexie tells of a change a moment after it was stored. */
  const told = async (data: TestData, timers: number): Promise<void> => {
    while (data.clock.timers < timers) await new Promise((next) => setImmediate(next))
  }
  const taken = async (core: ReturnType<typeof createCoreDouble>, count: number): Promise<void> => {
    while (core.kept.size < count) await new Promise((next) => setImmediate(next))
  }

  it('takes the first two minutes after the first change, the next not within the hour', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    core.backups.commit = ((commit) => (input) => commit(input).then((info) => ({ ...info, takenAtMs: data.clock.now() })))(core.backups.commit)
    const stop = backupsOf(data, core).startRota()
    await fill(data)
    await told(data, 1)
    data.clock.advance(119_000)
    expect(core.kept.size).toBe(0)
    data.clock.advance(1_000)
    await taken(core, 1)
    while ((await data.db.backupState.count()) === 0) await new Promise((next) => setImmediate(next))

    await addMessage(data, (await data.history.listPage({ shelf: 'pinned', limit: 1 }))[0]!, 'more')
    await told(data, 1)
    data.clock.advance(3_500_000)
    expect(core.kept.size).toBe(1)
    data.clock.advance(100_000)
    await taken(core, 2)
    stop()
  })

  it('takes one for changes that an earlier window made', async () => {
    const core = createCoreDouble()
    const data = await createTestData()
    await fill(data)
    const stop = backupsOf(data, core).startRota()
    await told(data, 1)
    data.clock.advance(120_000)
    await taken(core, 1)
    stop()
  })
})

describe('the database at start', () => {
  const backup: BackupInfo = { id: 'b', takenAtMs: 1, sizeBytes: 1, conversations: 3, messages: 4 }
  const unreachable = () => Promise.reject(new FirstError('core_unreachable', 'Away.'))

  it('opens without asking the core when it holds conversations', async () => {
    const indexedDB = new (await import('fake-indexeddb')).IDBFactory()
    const first = await openDatabase({ listBackups: unreachable, options: { indexedDB, IDBKeyRange } })
    expect(first.kind).toBe('ok')
    if (first.kind !== 'ok') return
    await createTestData({ open: () => Promise.resolve(first.db) }).then(({ history }) => history.createConversation())
    first.db.close()
    const again = await openDatabase({ listBackups: () => expect.unreachable('asked'), options: { indexedDB, IDBKeyRange } })
    expect(again.kind).toBe('ok')
  })

  it('offers snapshots when it is empty, until that is declined', async () => {
    const indexedDB = new (await import('fake-indexeddb')).IDBFactory()
    const deps = { listBackups: () => Promise.resolve([backup]), options: { indexedDB, IDBKeyRange } }
    const opening = await openDatabase(deps)
    expect(opening).toMatchObject({ kind: 'empty-with-backups', backups: [backup] })
    if (opening.kind !== 'empty-with-backups') return
    await declineRestore(opening.db)
    opening.db.close()
    expect((await openDatabase(deps)).kind).toBe('ok')
  })

  it('offers snapshots when it cannot be read, and starts anew when told to', async () => {
    const indexedDB = new (await import('fake-indexeddb')).IDBFactory()
    // A database of the same name whose shape no version of ours can be brought from.
    await new Promise<void>((made, failed) => {
      const request = indexedDB.open('first-desktop', 10)
      request.onupgradeneeded = () => request.result.createObjectStore('conversations', { keyPath: 'other' })
      request.onsuccess = () => {
        request.result.close()
        made()
      }
      request.onerror = () => failed(new Error('The test could not prepare its database.'))
    })
    const opening = await openDatabase({ listBackups: () => Promise.resolve([backup]), options: { indexedDB, IDBKeyRange } })
    expect(opening).toMatchObject({ kind: 'unreadable', error: { code: 'data_unreadable' }, backups: [backup] })
    if (opening.kind !== 'unreadable') return
    const db = await opening.startAnew()
    expect(await db.conversations.count()).toBe(0)
    db.close()
  })
})
