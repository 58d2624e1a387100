import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createResponseTable } from '@main/storage/response-table'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let database: Database
let nowMs = 1_000_000
const clock = { now: () => nowMs }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-responses-'))
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger: createKeptLog().logger })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

describe('answers that are kept to go on from', () => {
  test('are their own caller’s, and no longer than thirty days', () => {
    const store = createResponseTable(database, { clock, logger: createKeptLog().logger })
    store.put('resp_1', 'ada', { response: { id: 'resp_1' }, items: ['a', 'b'] })
    expect(store.get('resp_1', 'ada')).toEqual({ response: { id: 'resp_1' }, items: ['a', 'b'] })
    expect(store.get('resp_1', 'bob')).toBeUndefined()
    expect(store.remove('resp_1', 'bob')).toBe(false)
    nowMs += 31 * 86_400_000
    expect(store.get('resp_1', 'ada')).toBeUndefined()
  })

  test('take the place of the same caller’s of that id, and never of another’s, as ids of servers may meet', () => {
    const store = createResponseTable(database, { clock, logger: createKeptLog().logger })
    store.put('resp_1', 'ada', { response: { id: 'resp_1' }, items: ['a'] })
    store.put('resp_1', 'bob', { response: { id: 'resp_1' }, items: ['b'] })
    expect([store.get('resp_1', 'ada')?.items, store.get('resp_1', 'bob')]).toEqual([['a'], undefined])
    store.put('resp_1', 'ada', { response: { id: 'resp_1' }, items: ['c'] })
    expect(store.get('resp_1', 'ada')?.items).toEqual(['c'])
  })

  test('are a bounded number of one caller, the newest, and take none from another', () => {
    const store = createResponseTable(database, { clock, logger: createKeptLog().logger })
    store.put('resp_bob', 'bob', { response: {}, items: [] })
    for (let at = 0; at < 1_000; at++) {
      nowMs++
      store.put(`resp_${at}`, 'ada', { response: {}, items: [] })
    }
    const kept = Array.from({ length: 1_000 }, (_, at) => at).filter((at) => store.get(`resp_${at}`, 'ada') !== undefined)
    expect(kept.length).toBeLessThanOrEqual(550)
    expect(kept.at(0)).toBe(1_000 - kept.length)
    expect(store.get('resp_bob', 'bob')).toBeDefined()
  })
})
