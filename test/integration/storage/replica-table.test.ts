import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deploymentKey, type StoredReplica } from '@main/scheduler/stored-replica'
import type { Override } from '@main/scheduler/world'
import type { Database } from '@main/storage/database'
import { openMigratedDatabase } from '@main/storage/migrate'
import { createReplicaTable } from '@main/storage/replica-table'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createKeptLog } from '../../fixtures/silent-logger'

let folder: string
let database: Database

const open = (): Promise<Database> => openMigratedDatabase({ path: join(folder, 'first.db'), backupsDir: folder, clock: { now: () => 0 }, logger: createKeptLog().logger })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-replicas-'))
  database = await open()
})
afterEach(async () => {
  database.close()
  await rm(folder, { recursive: true, force: true })
})
const reopened = async (): Promise<ReturnType<typeof createReplicaTable>> => {
  database.close()
  database = await open()
  return createReplicaTable(database)
}

const name = { cluster: 'lab', model: 'meta-llama/Llama-3.1-8B-Instruct', framework: 'vllm' } as const
const bare: StoredReplica = { id: 'fd-aaaaaaaaaaaa', ...name, state: 'requested', sinceMs: 5, requestedAtMs: 5, attempt: 1 }
const full: StoredReplica = {
  ...bare, id: 'fd-bbbbbbbbbbbb', state: 'failed', sinceMs: 90, requestedAtMs: 4, handle: '4711', baseUrl: 'http://node7:8000/v1', reason: 'It ended with exit code 1.', logTail: 'CUDA error\nat line 2',
  attempt: 2, nodes: ['node7', 'node8'], gpus: [0, 3], estimatedStartMs: 10, endsAtMs: 86_400_000, seenAtMs: 80, runningAtMs: 20, liveAtMs: 40, unreadySinceMs: 70, askedAtMs: 6,
}

describe('the table of replicas', () => {
  test('gives back after a restart what was kept, oldest first', async () => {
    const table = createReplicaTable(database)
    table.save(bare)
    table.save(full)
    expect((await reopened()).replicas()).toEqual([full, bare])
  })

  test('keeps the last of a replica, and forgets what it no longer knows', async () => {
    const table = createReplicaTable(database)
    table.save({ ...full, id: bare.id })
    table.save(bare)
    expect(table.replicas()).toEqual([bare])
    table.save({ ...bare, gpus: [], nodes: [] })
    expect(table.replicas()).toEqual([{ ...bare, gpus: [], nodes: [] }])
    table.remove(bare.id)
    table.remove(bare.id)
    expect((await reopened()).replicas()).toEqual([])
  })

  test('keeps the newest word of an admin on a deployment, until it is withdrawn', async () => {
    const table = createReplicaTable(database)
    const stop: Override = { ...name, kind: 'stop', atMs: 1, by: 'ada@example.org' }
    const scale: Override = { ...name, kind: 'scale', replicas: 3, atMs: 2 }
    for (const word of [stop, { ...stop, model: 'other' }, scale]) table.saveOverride(word)
    expect((await reopened()).overrides()).toEqual([{ ...stop, model: 'other' }, scale])
    createReplicaTable(database).removeOverride(name)
    expect((await reopened()).overrides()).toEqual([{ ...stop, model: 'other' }])
  })

  test('keeps how long starts took', async () => {
    const table = createReplicaTable(database)
    const key = deploymentKey(name)
    table.saveStartTimes(key, { queueMs: 1.5, loadMs: 2, deviationMs: 3, count: 1 })
    table.saveStartTimes(key, { queueMs: 4.5, loadMs: 5, deviationMs: 6, count: 2 })
    expect([...(await reopened()).startTimes()]).toEqual([[key, { queueMs: 4.5, loadMs: 5, deviationMs: 6, count: 2 }]])
  })
})
