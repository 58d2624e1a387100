import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalStore } from '@main/records/local-store'
import { openMigratedDatabase } from '@main/storage/migrate'
import { migrations } from '@main/storage/migrations'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-records-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('requests from before there were roll-ups are in them, by hour and by day, without their times', async () => {
  const deps = { path: join(folder, 'first.db'), backupsDir: folder, clock: { now: () => 0 }, logger: createKeptLog().logger }
  const atMs = new Date(2026, 5, 1, 13, 30).getTime()
  const old = await openMigratedDatabase({ ...deps, migrations: migrations.filter(({ version }) => version <= 2) })
  const add = (id: string, model: string | null, status: number, errorCode: string | null): unknown =>
    old.run('INSERT INTO requests (id, started_at_ms, identity, door, route, model, attempts, status, error_code, is_streamed, total_ms, prompt_tokens) VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, 0, 5, 7)', id, atMs, 'owner', 'openai', '/v1/chat/completions', model, status, errorCode)
  add('served', 'm', 200, null)
  add('failed', 'm', 502, 'upstream_error')
  add('left', 'm', 499, 'cancelled')
  add('list', null, 200, null)
  old.close()

  const database = await openMigratedDatabase(deps)
  const store = createLocalStore({ database })
  expect((await store.recent({ limit: 10, filters: {} })).rows.map(({ id, isFailed, isCut }) => [id, isFailed, isCut])).toEqual([['list', false, undefined], ['left', false, true], ['failed', true, undefined], ['served', false, undefined]])
  const span = { fromMs: 0, toMs: atMs + 1 }
  const startOfDay = new Date(2026, 5, 1).getTime()
  expect(await store.usage({ by: 'day', ...span })).toEqual([{ id: String(startOfDay), label: new Date(startOfDay).toISOString(), atMs: startOfDay, requests: 3, failures: 1, promptTokens: 21, completionTokens: 0, estimatedRequests: 0 }])
  expect(await store.usage({ by: 'hour', ...span })).toMatchObject([{ atMs: new Date(2026, 5, 1, 13).getTime(), requests: 3 }])
  database.close()
})
