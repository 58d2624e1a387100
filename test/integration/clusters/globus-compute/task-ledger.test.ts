import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTaskLedger, type TaskLedger } from '@main/clusters/globus-compute/task-ledger'

let dir = ''
let warnings: string[] = []
let nowMs = 1_000_000
const open = (name = 'tasks.json'): TaskLedger => createTaskLedger({ path: join(dir, 'globus-compute', name), now: () => nowMs, logger: { warn: (_fields: unknown, message?: string) => void warnings.push(message ?? '') } })

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fd-ledger-'))
  warnings = []
  nowMs = 1_000_000
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('the ledger of tasks', () => {
  it('gives a task of an earlier start to the same request, once', async () => {
    const before = open()
    before.add('task-1', 'hello')
    before.add('task-2', 'hello')
    before.add('task-3', 'other')
    before.remove('task-3')
    await before.flush()
    const after = open()
    expect([await after.adopt('hello'), await after.adopt('hello'), await after.adopt('hello'), await after.adopt('other')]).toEqual(['task-1', 'task-2', undefined, undefined])
  })

  it('gives none of its own start', async () => {
    const ledger = open()
    ledger.add('task-1', 'hello')
    await ledger.flush()
    expect(await ledger.adopt('hello')).toBeUndefined()
  })

  it('leaves out what Globus Compute has forgotten', async () => {
    const before = open()
    before.add('task-1', 'hello')
    await before.flush()
    nowMs += 15 * 24 * 60 * 60_000
    expect(await open().adopt('hello')).toBeUndefined()
  })

  it('is begun anew where the file is damaged, and says so', async () => {
    const ledger = open()
    ledger.add('task-1', 'hello')
    await ledger.flush()
    const path = join(dir, 'globus-compute', 'tasks.json')
    await writeFile(path, '{"tasks": 1')
    const next = open()
    expect(await next.adopt('hello')).toBeUndefined()
    expect(warnings).toHaveLength(1)
    next.add('task-2', 'hello')
    await next.flush()
    expect(await readFile(path, 'utf8')).toContain('task-2')
  })
})
