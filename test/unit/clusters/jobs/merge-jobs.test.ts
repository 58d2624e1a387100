import { mergeJobs } from '@main/clusters/jobs/merge-jobs'
import type { ReplicaNotes } from '@main/clusters/jobs/replica-folder'
import type { ListedJob } from '@main/clusters/jobs/workload-manager'
import { describe, expect, test } from 'vitest'

const id = 'fd-aaaaaaaaaaaa'
const now = 1_800_000_000_000
const about = { model: 'lab/m', framework: 'vllm' } as const
const merge = (jobs: readonly ListedJob[], note: ReplicaNotes) => mergeJobs(jobs, new Map([[id, note]]), now)
const job = (state: ListedJob['state'], more: Partial<ListedJob> = {}): ListedJob => ({ jobId: '501.pbs-01.site.example', name: id, state, ...more })
const address = { job: '501.pbs-01', host: 'n1', port: 20_001, at: now / 1000 - 60 }

describe('a replica, by the list of jobs and by its own files', () => {
  test('that runs is at the address which its job has told, and ends when its walltime is over', () => {
    expect(merge([job('running', { walltimeS: 3600 })], { jobId: '501', about, address })).toEqual([
      { seen: { id, handle: '501', state: 'running', deployment: about, startedAtMs: now - 60_000, endsAtMs: now - 60_000 + 3_600_000 }, address: { host: 'n1', port: 20_001 }, needsEnd: false },
    ])
  })

  test.each(['suspended', 'ending', 'queued', 'ended'] as const)('that is %s is at no address', (state) => {
    expect(merge([job(state)], { jobId: '501', address })[0]?.address).toBeUndefined()
  })

  test('that is suspended says so, and why', () => {
    expect(merge([job('suspended', { reason: 'The site has suspended the job.' })], { jobId: '501', address })[0]?.seen).toMatchObject({ state: 'suspended', reason: 'The site has suspended the job.' })
  })

  test('is not at an address that another job has told', () => {
    expect(merge([job('running')], { jobId: '501', address: { ...address, job: '499.pbs-01' } })[0]?.address).toBeUndefined()
  })

  test('with two jobs is the one that is not over', () => {
    const jobs = [job('ended', { jobId: '1' }), job('queued', { jobId: '2' }), job('ended', { jobId: '3' })]
    expect(merge(jobs, {})[0]?.seen).toMatchObject({ handle: '2', state: 'queued' })
  })

  test('that is listed no more has ended as its file says, or else as is to be asked', () => {
    expect(merge([], { jobId: '501', ended: { exitCode: 3, at: now / 1000 } })).toEqual([{ seen: { id, handle: '501', state: 'ended', exitCode: 3, reason: 'It ended with code 3.' }, needsEnd: true }])
    expect(merge([], { jobId: '501', address })).toEqual([{ seen: { id, handle: '501', state: 'ended' }, needsEnd: true }])
  })

  test('that is listed as over without a word has ended as its file says', () => {
    expect(merge([job('ended')], { jobId: '501', ended: { exitCode: 3, at: now / 1000 } })).toEqual([{ seen: { id, handle: '501', state: 'ended', exitCode: 3, reason: 'It ended with code 3.' }, needsEnd: true }])
    expect(merge([job('ended', { reason: 'The job was cancelled.' })], { jobId: '501', ended: { exitCode: 143, at: now / 1000 } })).toMatchObject([{ seen: { exitCode: 143, reason: 'The job was cancelled.' }, needsEnd: false }])
  })

  test('that ended more than a day ago is not told of any more', () => {
    expect(merge([], { jobId: '501', ended: { exitCode: 0, at: now / 1000 - 90_000 } })).toEqual([])
  })

  test('that is being submitted, or was refused, is none; and a job without files here is not ours', () => {
    expect(merge([], { about })).toEqual([])
    expect(mergeJobs([job('running')], new Map(), now)).toEqual([])
  })
})
