import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKeyring, type Keyring } from '@main/identity/keyring'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let database: Database
let nowMs = 1_000_000
let log = createKeptLog()
const clock = { now: () => nowMs }

/** Runs what was put off when the test says so. */
function byHand(): { readonly defer: (work: () => void) => { cancel(): void }; run(): void } {
  const waiting = new Set<() => void>()
  return {
    defer: (work) => {
      waiting.add(work)
      return { cancel: () => void waiting.delete(work) }
    },
    run: () => {
      const due = [...waiting]
      waiting.clear()
      for (const work of due) work()
    },
  }
}

let timer = byHand()
const open = (): Keyring => createKeyring({ database, clock, logger: log.logger, defer: timer.defer })
const lastUseOnDisk = (): unknown => database.get(z.object({ at: z.number().nullable() }), 'SELECT last_used_at_ms AS at FROM keys')?.at

beforeEach(async () => {
  log = createKeptLog()
  timer = byHand()
  folder = await mkdtemp(join(tmpdir(), 'first-keys-'))
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock, logger: log.logger })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

describe('keys for others', () => {
  test('open the gateway as who they were made for, also after a restart', () => {
    const { id, secret } = open().create({ name: 'a colleague' })
    expect(secret).toMatch(/^fd-[\w-]{43}$/)
    expect(open().verify(secret)).toEqual({ kind: 'key', id, name: 'a colleague' })
  })

  test('are one and the same identity from one request to the next', () => {
    const keys = open()
    const { secret } = keys.create({ name: 'a colleague' })
    expect(keys.verify(secret)).toBe(keys.verify(secret))
  })

  test('keep what they may do and whose they are, also after a restart', () => {
    const grants = { scopes: { models: ['meta-llama/*'], clusters: ['lab'], isAdmin: true }, username: 'ada@anl.gov', groups: ['7fae3f2c-1111-4222-8333-944455556666'] }
    const keys = open()
    const { id, secret } = keys.create({ name: 'ada', ...grants })
    const identity = { kind: 'key', id, name: 'ada', ...grants }
    expect(keys.verify(secret)).toEqual(identity)
    expect(open().verify(secret)).toEqual(identity)
    expect(open().list()).toMatchObject([{ id, name: 'ada', ...grants }])
  })

  test.each(['{"models":["a"],"hours":"office"}', '{"models":"a"}', 'not JSON'])('whose scopes cannot be understood (%s) may use nothing', (scopes) => {
    const { secret } = open().create({ name: 'from the future' })
    database.run('UPDATE keys SET scopes = ?', scopes)
    expect(open().verify(secret)?.scopes).toEqual({ models: [], clusters: [] })
    expect(open().list()).toMatchObject([{ scopes: { models: [], clusters: [] } }])
  })

  test('are nowhere in the database as they are', () => {
    const { secret } = open().create({ name: 'a colleague' })
    expect(JSON.stringify(database.all(z.unknown(), 'SELECT * FROM keys'))).not.toContain(secret)
  })

  test('end at their time', () => {
    const keys = open()
    const { secret } = keys.create({ name: 'a guest', expiresAtMs: nowMs + 1000 })
    expect(keys.verify(secret)).toBeDefined()
    nowMs += 1000
    expect(keys.verify(secret)).toBeUndefined()
  })

  test('that were revoked stay useless after a restart, and a wrong id is an error', () => {
    const keys = open()
    const { id, secret } = keys.create({ name: 'a guest' })
    keys.revoke(id)
    expect(keys.verify(secret)).toBeUndefined()
    expect(open().verify(secret)).toBeUndefined()
    expect(() => keys.revoke('key-0')).toThrow('There is no key key-0.')
  })

  test('are not what is wrong, empty or endless', () => {
    const keys = open()
    keys.addOwner('fd-owner')
    for (const secret of ['', 'fd-', 'fd-ownes', 'x'.repeat(1_000_000)]) expect(keys.verify(secret)).toBeUndefined()
    expect(keys.verify('fd-owner')).toEqual({ kind: 'owner', id: 'owner', name: 'owner' })
  })
})

describe('the last use of a key', () => {
  test('is listed at once, and written once for many requests', () => {
    const keys = open()
    const { secret } = keys.create({ name: 'a colleague' })
    expect(keys.list()[0]).not.toHaveProperty('lastUsedAtMs')
    const first = (nowMs += 1000)
    keys.verify(secret)
    const second = (nowMs += 1000)
    keys.verify(secret)
    expect(first).not.toBe(second)
    expect(keys.list()).toMatchObject([{ lastUsedAtMs: second }])
    expect(lastUseOnDisk()).toBeNull()
    timer.run()
    expect(lastUseOnDisk()).toBe(second)
    expect(open().list()).toMatchObject([{ lastUsedAtMs: second }])
  })

  test('is written at the end, and not by a key that is refused', () => {
    const keys = open()
    const { secret } = keys.create({ name: 'a guest', expiresAtMs: nowMs + 10_000 })
    const usedAtMs = (nowMs += 5000)
    keys.verify(secret)
    nowMs += 5000
    keys.verify(secret)
    keys.close()
    expect(lastUseOnDisk()).toBe(usedAtMs)
  })

  test('that cannot be written stops nothing, and goes out with the next', () => {
    const keys = open()
    const { secret } = keys.create({ name: 'a colleague' })
    keys.verify(secret)
    database.exec('ALTER TABLE keys RENAME TO away')
    timer.run()
    expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { keys: 1 } }])
    database.exec('ALTER TABLE away RENAME TO keys')
    keys.close()
    expect(lastUseOnDisk()).toBe(nowMs)
  })
})
