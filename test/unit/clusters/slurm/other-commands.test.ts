import { readSacct, readScontrol } from '@main/clusters/slurm/past-jobs'
import { slurmRefusals } from '@main/clusters/slurm/refusals'
import { readSinfo } from '@main/clusters/slurm/sinfo'
import { createSlurmManager } from '@main/clusters/slurm/slurm-manager'
import { createRunnerHere } from '@main/clusters/commands/here'
import { readRefusal } from '@main/clusters/jobs/refusal'
import { describe, expect, test } from 'vitest'

describe('how a job ended', () => {
  test('by sacct, with who cancelled it and what ran out', () => {
    const text = ['11|COMPLETED|0:0', '12|FAILED|3:0', '13|CANCELLED by 1000|0:15', '14|TIMEOUT|0:0', '15|OUT_OF_MEMORY|0:125', '16|NODE_FAIL|1:0', '17|RUNNING|0:0', ''].join('\n')
    expect(Object.fromEntries([...readSacct(text)].map(([id, { reason }]) => [id, reason]))).toEqual({
      11: 'The job ended.',
      12: 'The job failed with code 3.',
      13: 'The job was cancelled.',
      14: 'The walltime of the job was over.',
      15: 'The job used more memory than it had asked for.',
      16: 'A node of the job failed.',
    })
    expect(readSacct(text).get('13')?.exitCode).toBe(143)
  })

  test('by scontrol, where a site keeps no accounts', () => {
    const line = 'JobId=12 JobName=fd-aaaaaaaaaaaa UserId=root(0) JobState=FAILED Reason=RaisedSignal:53(Real-time_signal_19) Dependency=(null) ExitCode=0:53 RunTime=00:00:01'
    expect(readScontrol(line).end?.reason).toMatch(/before its script ran .*work folder/)
    expect(readScontrol('JobId=13 JobName=x JobState=FAILED Reason=NonZeroExitCode ExitCode=3:0')).toEqual({ name: 'x', state: 'FAILED', end: { reason: 'The job failed with code 3.', exitCode: 3 } })
    expect(readScontrol('JobId=14 JobName=y JobState=RUNNING Reason=None ExitCode=0:0')).toEqual({ name: 'y', state: 'RUNNING' })
  })
})

describe('what sinfo prints', () => {
  test('counts a node of two partitions once, GPUs of several kinds, and no node that is down', () => {
    const text = [
      'gpu01  mixed      gpu:a100:4(S:0-1)        gpu:a100:3(IDX:0-2)   512000 256000',
      'gpu01  mixed      gpu:a100:4(S:0-1)        gpu:a100:3(IDX:0-2)   512000 256000',
      'gpu02  idle       gpu:h100:2,gpu:l40:1     gpu:h100:0,gpu:l40:0  256000 0',
      'gpu03  down*      gpu:a100:4               gpu:a100:0            512000 0',
      'gpu04  drained    gpu:a100:4               gpu:a100:0            512000 0',
      'cpu01  allocated  (null)                   gpu:0                 128000 128000',
    ].join('\n')
    expect(readSinfo(text)).toEqual({ nodes: { free: 1, total: 3 }, gpus: { free: 4, total: 7 }, memoryMb: { free: 512_000, total: 896_000 } })
  })

  test.each([
    ['planned', 1], ['idle-', 1], ['mixed-', 1], ['allocated*', 1], ['mixed@', 1], ['allocated$', 1], ['idle^', 1], ['idle!', 1], ['draining', 1], ['draining*', 1],
    ['failing', 1], ['reserved', 1], ['maint', 1], ['unknown', 1], ['a-state-of-later', 1],
    ['down', 0], ['down*', 0], ['down~', 0], ['drained', 0], ['drained*', 0], ['fail', 0], ['fail*', 0], ['future', 0], ['inval', 0],
  ])('has a node that is %s as %i of what there is, and as none of what is free', (state, total) => {
    expect(readSinfo(`gpu01 ${state} gpu:4 gpu:2 512000 0`)).toEqual({ nodes: { free: 0, total }, gpus: { free: 0, total: total * 4 }, memoryMb: { free: 0, total: total * 512_000 } })
  })
})

describe('why sbatch refused a job', () => {
  const site = { name: 'lab', queue: 'gpu', account: 'physics', submitOptions: [] }
  test.each([
    ['sbatch: error: invalid partition specified: gpu\nsbatch: error: Batch job submission failed: Invalid partition name specified', 'config_invalid', 'queue', 'has no queue "gpu"'],
    ['sbatch: error: Batch job submission failed: Required partition not available (inactive or drain)', 'upstream_unreachable', undefined, 'takes no jobs in the queue "gpu" at this time'],
    ['sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified', 'config_invalid', 'account', 'does not know the account "physics"'],
    ['sbatch: error: Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)', 'config_invalid', 'walltimeS', 'walltime'],
    ['sbatch: error: Batch job submission failed: Requested node configuration is not available', 'config_invalid', 'resources', 'has no nodes'],
    ["sbatch: unrecognized option '--frobnicate'", 'config_invalid', 'submitOptions', 'options'],
    ['sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user\'s size and/or time limits)', 'upstream_unreachable', undefined, 'takes no more jobs'],
    ['sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user\'s size and/or time limits)', 'upstream_unreachable', undefined, 'a limit for jobs'],
    ['sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)', 'upstream_unreachable', undefined, 'cannot be reached'],
    ['sh: 1: sbatch: not found', 'upstream_unreachable', undefined, 'not in the PATH'],
    ['sbatch: error: a plugin of the site has its own opinion', 'upstream_unreachable', undefined, 'a plugin of the site has its own opinion'],
  ])('%s', (stderr, code, param, words) => {
    const error = readRefusal('Slurm', slurmRefusals, site, { code: 1, stdout: '', stderr })
    expect(error).toMatchObject({ code, param, message: expect.stringContaining(words) as string })
  })
})

describe('what a job is submitted with', () => {
  test.each([['501\n', '501'], ['501;cluster\n', '501'], ['Welcome to the lab.\n501\nGood luck.\n', '501'], ['', undefined]])('its id is read from %j', (printed, id) => {
    expect(createSlurmManager({ name: 'lab', submitOptions: [] }, createRunnerHere()).jobIdOf(printed)).toBe(id)
  })
})
