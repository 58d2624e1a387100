import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { siteIds } from '../../doubles/globus/usual-site'
import { startBench, type Bench, type SeenStep } from './bench'

const submit = 'POST /v0.10/transfer'
const look = 'GET /v0.10/task/:id'
let bench: Bench
beforeEach(async () => {
  bench = await startBench()
  bench.consent()
})
afterEach(() => bench.close())

const put = async (step: SeenStep = bench.step(), content = 'all of it'): Promise<void> => bench.transfer().put(await bench.file('in.jsonl', content), `${bench.path}in.jsonl`, step)
const tasks = () => bench.globus.transfer.tasks.all()
const onDesk = (): Promise<readonly string[]> => readdir(bench.globus.folderOf(siteIds.desk))
const journal = async (): Promise<readonly string[]> => (await readdir(bench.folder)).filter((name) => name.endsWith('.task.json'))
const looked = (count: number) => bench.globus.calls.seen('transfer', look, count)
const held = (niceStatus?: string) => {
  let go = (): void => undefined
  const until = new Promise<void>((resolve) => (go = resolve))
  bench.globus.transfer.tasks.behaveOnce({ kind: 'hold', afterItems: 0, until, ...(niceStatus !== undefined && { niceStatus }) })
  return go
}

describe('a file that goes by Globus Transfer', () => {
  test('is copied with its checksum, and leaves nothing behind here', async () => {
    bench.globus.transfer.tasks.behaveOnce({ kind: 'corrupt' })
    await put()
    expect(await bench.content('in.jsonl')).toBe('all of it')
    expect(tasks()).toMatchObject([{ verifies: true, status: 'SUCCEEDED', faults: 1, label: 'FIRST Desktop: in.jsonl' }])
    expect([await onDesk(), await journal()]).toEqual([[], []])
  })

  test('is one task, however often the answer to its submission is lost', async () => {
    bench.globus.faults.once('transfer', submit, { kind: 'lost' }, { kind: 'lost' })
    await put()
    expect(tasks()).toHaveLength(1)
    expect(bench.globus.calls.count('transfer', submit)).toBe(3)
    expect(bench.globus.calls.count('transfer', 'GET /v0.10/submission_id')).toBe(1)
  })

  test('is the same task after a restart in its middle', async () => {
    const go = held()
    const before = bench.step()
    const cut = put(before)
    await looked(1)
    before.leave()
    await expect(cut).rejects.toMatchObject({ code: 'cancelled' })
    expect([await onDesk(), await journal(), tasks()[0]?.status]).toEqual([['in.jsonl'], ['in.jsonl.task.json'], 'ACTIVE'])
    const after = put()
    go()
    await after
    expect(tasks()).toHaveLength(1)
    expect([await bench.content('in.jsonl'), await onDesk(), await journal()]).toEqual(['all of it', [], []])
  })

  test('is another task after a restart where it is another file by then', async () => {
    held()
    const before = bench.step()
    const cut = put(before)
    await looked(1)
    before.leave()
    await cut.catch(() => undefined)
    await put(bench.step(), 'with one line more')
    expect([tasks().length, await bench.content('in.jsonl')]).toEqual([2, 'with one line more'])
  })

  test('says in words what it waits for', async () => {
    const go = held('GC_NOT_CONNECTED')
    const step = bench.step()
    const going = put(step)
    await looked(3)
    go()
    await going
    expect(step.said).toContain('Copying the requests to ALCF waits: Globus Connect Personal does not run on this machine: start it, and the copying goes on.')
  })

  test('that has failed says why, and is begun anew the next time', async () => {
    bench.globus.transfer.tasks.behaveOnce({ kind: 'fail', code: 'QUOTA_EXCEEDED', description: 'EDQUOT on server' })
    await expect(put()).rejects.toMatchObject({ code: 'invalid_request', message: 'Copying the requests to ALCF failed: the quota there is used up.' })
    bench.globus.transfer.tasks.behaveOnce({ kind: 'fail', code: 'STRANGE', description: 'Something of its own.' })
    await expect(put()).rejects.toMatchObject({ message: 'Copying the requests to ALCF failed: Something of its own.' })
    const refused = bench.transfer().put(await bench.file('in.jsonl', 'x'), '/user-staging/somebody/in.jsonl', bench.step())
    await expect(refused).rejects.toMatchObject({ code: 'access_denied' })
    await put()
    expect([tasks().length, await bench.content('in.jsonl'), await onDesk(), await journal()]).toEqual([4, 'all of it', [], []])
  })

  test('is stopped at Globus when the batch is cancelled', async () => {
    held()
    const step = bench.step()
    const going = put(step)
    await looked(2)
    step.end()
    await expect(going).rejects.toMatchObject({ code: 'cancelled' })
    expect(tasks()).toMatchObject([{ status: 'FAILED', isCancelled: true }])
    expect([await onDesk(), await journal()]).toEqual([[], []])
  })

  test('is stopped at Globus also where the batch is cancelled before its submission was answered', async () => {
    held()
    bench.globus.faults.once('transfer', submit, { kind: 'slow', until: new Promise(() => undefined) })
    const step = bench.step()
    const going = put(step)
    await bench.globus.calls.seen('transfer', submit, 1)
    step.end()
    await expect(going).rejects.toMatchObject({ code: 'cancelled' })
    expect(tasks()).toMatchObject([{ status: 'FAILED', isCancelled: true }])
    expect([await onDesk(), await journal()]).toEqual([[], []])
  })

  test('waits for the consent that a collection asks for, and goes on once it is given', async () => {
    bench.globus.auth.consents.withdraw(bench.globus.auth.world().people[0]!, '58fdd3bc-e1c3-4ce5-80ea-8d6b87cfb944')
    const step = bench.step()
    const going = put(step)
    await bench.globus.calls.seen('transfer', submit, 2)
    expect(bench.needs[0]).toMatchObject({ site: 'alcf', reason: { kind: 'consent', requiredScopes: [expect.stringContaining('data_access') as string] } })
    expect(step.said[0]).toBe('ALCF needs your consent to one thing more.')
    bench.consent()
    await going
    expect(tasks()).toHaveLength(1)
  })

  test('goes on through limits, resets and a service in trouble', async () => {
    bench.globus.faults.once('transfer', look, { kind: 'reset' }, { kind: 'status', status: 429, body: { message: 'Slow down' } }, { kind: 'status', status: 503 }, { kind: 'malformed' })
    await put()
    expect(tasks()).toHaveLength(1)
  })
})

describe('a file that comes by Globus Transfer', () => {
  test('is copied to this machine, and put where it is wanted', async () => {
    await writeFile(join(bench.there, 'out'), 'results')
    await bench.transfer().get(`${bench.path}out`, { path: join(bench.folder, 'mine'), name: 'out' }, bench.step())
    expect([await readFile(join(bench.folder, 'mine'), 'utf8'), await onDesk()]).toEqual(['results', []])
  })

  test('is removed there by a task of its own', async () => {
    await writeFile(join(bench.there, 'out'), 'results')
    await bench.transfer().remove([`${bench.path}out`], new AbortController().signal)
    await bench.globus.transfer.tasks.idle()
    expect(await readdir(bench.there)).toEqual([])
  })
})
