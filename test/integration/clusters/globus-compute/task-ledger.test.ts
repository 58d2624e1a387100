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
    before.named('group', [{ task: 'task-1', key: 'hello' }])
    before.named('group', [{ task: 'task-2', key: 'hello' }])
    before.named('group', [{ task: 'task-3', key: 'other' }])
    before.remove('task-3')
    await before.flush()
    const after = open()
    expect([await after.adopt('hello'), await after.adopt('hello'), await after.adopt('hello'), await after.adopt('other')]).toEqual([{ kind: 'task', task: 'task-1' }, { kind: 'task', task: 'task-2' }, undefined, undefined])
  })

  it('gives the group of a submission whose answer was not heard, and none of one that was refused', async () => {
    const before = open()
    await Promise.all([before.begin('taken', ['hello']), before.begin('refused', ['other']), before.begin('answered', ['third'])])
    before.drop('refused')
    before.named('answered', [{ task: 'task-3', key: 'third' }])
    await before.flush()
    const after = open()
    expect([await after.adopt('hello'), await after.adopt('other'), await after.adopt('third')]).toEqual([{ kind: 'group', group: 'taken', size: 1 }, undefined, { kind: 'task', task: 'task-3' }])
  })

  it('has written a submission before it goes', async () => {
    await open().begin('group', ['hello'])
    expect(await open().adopt('hello')).toEqual({ kind: 'group', group: 'group', size: 1 })
  })

  it('keeps what was given back for the next', async () => {
    const ledger = open()
    ledger.giveBack('hello', { kind: 'task', task: 'task-1' })
    expect([await ledger.adopt('hello'), await ledger.adopt('hello')]).toEqual([{ kind: 'task', task: 'task-1' }, undefined])
  })

  it('lets go of what nobody has come back for within half an hour', async () => {
    const before = open()
    before.named('group', [{ task: 'task-1', key: 'gone' }])
    await before.begin('lost', ['gone too'])
    const after = open()
    expect(await after.adopt('another')).toBeUndefined()
    nowMs += 31 * 60_000
    await after.begin('new', ['new'])
    expect([await after.adopt('gone'), await after.adopt('gone too')]).toEqual([undefined, undefined])
    expect(await readFile(join(dir, 'globus-compute', 'tasks.json'), 'utf8')).not.toContain('gone')
  })

  it('gives none of its own start', async () => {
    const ledger = open()
    ledger.named('group', [{ task: 'task-1', key: 'hello' }])
    await ledger.flush()
    expect(await ledger.adopt('hello')).toBeUndefined()
  })

  it('leaves out what Globus Compute has forgotten', async () => {
    const before = open()
    before.named('group', [{ task: 'task-1', key: 'hello' }])
    await before.flush()
    nowMs += 15 * 24 * 60 * 60_000
    expect(await open().adopt('hello')).toBeUndefined()
  })

  it('is begun anew where the file is damaged, and says so', async () => {
    const ledger = open()
    ledger.named('group', [{ task: 'task-1', key: 'hello' }])
    await ledger.flush()
    const path = join(dir, 'globus-compute', 'tasks.json')
    await writeFile(path, '{"tasks": 1')
    const next = open()
    expect(await next.adopt('hello')).toBeUndefined()
    expect(warnings).toHaveLength(1)
    next.named('group', [{ task: 'task-2', key: 'hello' }])
    await next.flush()
    expect(await readFile(path, 'utf8')).toContain('task-2')
  })
})
