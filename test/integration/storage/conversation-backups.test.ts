import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConversationBackups, type ConversationBackups } from '@main/storage/backups/conversation-backups'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

let dir: string
let backups: ConversationBackups
let nowMs = Date.UTC(2026, 5, 1)
const { logger } = createKeptLog()
const reopen = (): Promise<ConversationBackups> => createConversationBackups({ dir, clock: { now: () => nowMs }, logger })

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'first-backups-'))
  backups = await reopen()
})
afterEach(async () => {
  await backups.close()
  await rm(dir, { recursive: true, force: true })
})

const conversation = (id: number): string => `${JSON.stringify({ kind: 'conversation', id, title: `Äpfel ${id}` })}\n`
const message = (id: number, content = 'text'): string => `${JSON.stringify({ kind: 'message', id, content })}\n`

async function take(lines: string, counts = { conversations: 1, messages: 1 }): Promise<string> {
  const id = await backups.begin()
  await backups.append(id, lines)
  await backups.commit(id, counts)
  return id
}

async function readAll(id: string): Promise<{ text: string; pages: number }> {
  let text = ''
  let pages = 0
  for (let offset: number | undefined = 0; offset !== undefined; pages += 1) {
    const page = await backups.read(id, offset)
    text += page.lines
    offset = page.next
  }
  return { text, pages }
}

describe('a snapshot of conversations', () => {
  test('comes back line for line, in pages of whole lines', async () => {
    const lines = [conversation(1), ...Array.from({ length: 3000 }, (_, index) => message(index, 'ß'.repeat(index % 1000)))]
    const id = await take(lines.join(''), { conversations: 1, messages: 3000 })
    backups = await reopen()
    const { text, pages } = await readAll(id)
    expect(text).toBe(lines.join(''))
    expect(pages).toBeGreaterThan(2)
    const { next = 0 } = await backups.read(id, 0)
    expect((await backups.read(id, next)).lines).toBe((await backups.read(id, next)).lines)
  })

  test('may have a line that is longer than a page', async () => {
    const lines = conversation(1) + message(1, 'x'.repeat(3_000_000))
    expect((await readAll(await take(lines))).text).toBe(lines)
  })

  test('keeps lines of other kinds and does not count them', async () => {
    const lines = `{"kind":"header","version":1}\n${conversation(1)}${message(1)}{"kind":"draft"}\n`
    expect((await readAll(await take(lines))).text).toBe(lines)
  })

  test('begun with others in one millisecond has a name of its own', async () => {
    const ids = await Promise.all([backups.begin(), backups.begin(), backups.begin()])
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) await backups.append(id, conversation(1))
    for (const id of ids) expect(await backups.commit(id, { conversations: 1, messages: 0 })).toMatchObject({ id })
  })

  test('counts only when it is whole', async () => {
    const id = await backups.begin()
    await backups.append(id, conversation(1))
    expect(await backups.list()).toEqual([])
    await expect(backups.commit(id, { conversations: 1, messages: 4 })).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await readdir(dir)).toEqual([])
  })

  test('with a line that is not JSON is dropped', async () => {
    const id = await backups.begin()
    await backups.append(id, `${conversation(1)}{"kind":"mess`)
    await expect(backups.commit(id, { conversations: 1, messages: 0 })).rejects.toMatchObject({ code: 'backup_damaged' })
    expect(await readdir(dir)).toEqual([])
  })

  test('that was begun and left is gone after a restart', async () => {
    const id = await backups.begin()
    await backups.append(id, conversation(1))
    await backups.close()
    await writeFile(join(dir, 'conversations-20260101T000000000Z.jsonl.gz.part'), 'left by a crash')
    backups = await reopen()
    expect(await readdir(dir)).toEqual([])
    await expect(backups.append(id, message(1))).rejects.toMatchObject({ code: 'not_found' })
  })

  test('can be given up', async () => {
    const id = await backups.begin()
    await backups.abort(id)
    await expect(backups.abort(id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await readdir(dir)).toEqual([])
  })

  test('that was damaged on the disk says so when it is read', async () => {
    const id = await take(conversation(1) + message(1, 'y'.repeat(10_000)))
    const file = join(dir, `${id}.jsonl.gz`)
    await writeFile(file, (await readFile(file)).subarray(0, 60))
    await expect(readAll(id)).rejects.toMatchObject({ code: 'backup_damaged' })
  })

  test('cannot be used to reach another file', async () => {
    for (const id of ['../local', 'conversations-20260101T000000000Z/../x', '', 'first-1-20260101T000000000Z'])
      await expect(backups.read(id, 0)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('makes room for newer ones by the rota', async () => {
    for (let day = 0; day < 40; day += 1) {
      nowMs += 86_400_000
      await take(conversation(1) + message(1))
    }
    const kept = await backups.list()
    expect(kept.length).toBeLessThanOrEqual(11)
    expect(kept[0]?.takenAtMs).toBe(nowMs)
    expect((await readdir(dir)).length).toBe(2 * kept.length)
  })
})
