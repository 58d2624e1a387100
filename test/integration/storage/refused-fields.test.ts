import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createRefusedFields, type RefusedFields } from '@main/storage/refused-fields'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let database: Database
const log = createKeptLog()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-refused-'))
  database = await openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock: { now: () => 1 }, logger: log.logger })
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})

const alcf = { cluster: 'alcf', model: 'a/b' }
const weekMs = 7 * 86_400_000
let nowMs = 1_000
const open = (): RefusedFields => createRefusedFields(database, { clock: { now: () => nowMs }, logger: log.logger })

describe('fields that were refused', () => {
  test('are known of that cluster, model and operation only, also after a restart', () => {
    const fields = open()
    fields.add(alcf, 'chat_completions', ['store', 'top_k'])
    fields.add(alcf, 'chat_completions', ['store', 'logprobs'])
    for (const known of [fields, open()]) {
      expect([...known.of(alcf, 'chat_completions')].sort()).toEqual(['logprobs', 'store', 'top_k'])
      expect(known.of(alcf, 'embeddings').size).toBe(0)
      expect(known.of({ cluster: 'lab', model: 'a/b' }, 'chat_completions').size).toBe(0)
      expect(known.of({ cluster: 'alcf', model: 'a/c' }, 'chat_completions').size).toBe(0)
    }
  })

  test('are known of a cluster whatever the model, where it refuses so', () => {
    open().add({ cluster: 'alcf' }, 'responses', ['store'])
    expect([...open().of({ cluster: 'alcf' }, 'responses')]).toEqual(['store'])
    expect(open().of(alcf, 'responses').size).toBe(0)
  })

  test('are forgotten after a week, and learned again', () => {
    const fields = open()
    fields.add(alcf, 'chat_completions', ['store', 'top_k'])
    nowMs += weekMs - 1
    for (const known of [fields, open()]) expect(known.of(alcf, 'chat_completions').size).toBe(2)
    nowMs += 1
    for (const known of [fields, open()]) expect(known.of(alcf, 'chat_completions').size).toBe(0)
    fields.add(alcf, 'chat_completions', ['top_k'])
    nowMs += weekMs - 1
    for (const known of [fields, open()]) expect([...known.of(alcf, 'chat_completions')]).toEqual(['top_k'])
  })

  test('are a bounded number, whatever names callers make up', () => {
    const fields = open()
    fields.add(alcf, 'responses', ['x'.repeat(1000), 'store'])
    for (let round = 0; round < 20; round++) fields.add(alcf, 'responses', Array.from({ length: 100 }, (_, at) => `made-up-${round}-${at}`))
    expect(fields.of(alcf, 'responses').size).toBe(500)
    expect(fields.of(alcf, 'responses').has('store')).toBe(true)
    expect(open().of(alcf, 'responses').size).toBe(500)
  })

  test('are known also when the disk refuses to keep them, which the log says', () => {
    const fields = open()
    database.exec('DROP TABLE refused_fields')
    fields.add(alcf, 'embeddings', ['truncate'])
    expect([...fields.of(alcf, 'embeddings')]).toEqual(['truncate'])
    expect(log.lines.at(-1)).toMatchObject({ level: 'warn', fields: { ...alcf, operation: 'embeddings' } })
  })
})
