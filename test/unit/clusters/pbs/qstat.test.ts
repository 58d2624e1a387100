import type { CommandOutcome } from '@main/clusters/commands/command-runner'
import { createAskQstat } from '@main/clusters/pbs/ask-qstat'
import { readQstatJson, readQstatText } from '@main/clusters/pbs/attributes'
import { listedJob, readExecHost } from '@main/clusters/pbs/listed-jobs'
import { readLength, readTime, writeLength } from '@main/clusters/pbs/times'
import { FirstError } from '@shared/errors'
import { describe, expect, test } from 'vitest'

// `qstat -f -F json` of PBS Pro 2022.1, with the attributes that we do not read left in where they have other shapes.
const json = JSON.stringify({
  timestamp: 1763737200,
  pbs_version: '2022.1.1.20220926110806',
  pbs_server: 'pbs-01',
  Jobs: {
    '501.pbs-01.site.example': {
      Job_Name: 'fd-aaaaaaaaaaaa',
      Job_Owner: 'ada@login1',
      job_state: 'R',
      queue: 'prod',
      exec_host: 'x3001c0s1b0n0/0*64+x3001c0s7b0n0/0*64',
      exec_vnode: '(x3001c0s1b0n0:ncpus=64:ngpus=4)+(x3001c0s7b0n0:ncpus=64:ngpus=4)',
      Priority: 0,
      Rerunable: false,
      Resource_List: { ncpus: 128, ngpus: 8, nodect: 2, walltime: '01:00:00' },
      resources_used: { walltime: '00:10:00' },
      stime: 'Fri Nov 21 15:00:00 2025',
      Variable_List: { PBS_O_HOME: '/home/ada', DEPTH: 3 },
      comment: 'Job run at Fri Nov 21 at 15:00 on (x3001c0s1b0n0:ncpus=64:ngpus=4)',
    },
    '502.pbs-01.site.example': {
      Job_Name: 'fd-bbbbbbbbbbbb',
      job_state: 'Q',
      comment: 'Not Running: Insufficient amount of resource: ngpus ',
      estimated: { exec_vnode: '(x3001c0s1b0n0:ncpus=64)', start_time: 'Fri Nov 21 16:00:30 2025' },
    },
    '503.pbs-01.site.example': { Job_Name: 'fd-cccccccccccc', job_state: 'F', Exit_status: -29, comment: 'Job run at Fri Nov 21 at 14:00 on (x) and failed' },
    '504.pbs-01.site.example': { Job_Name: 'fd-dddddddddddd', job_state: 'F', Exit_status: 271, substate: 91 },
    '505.pbs-01.site.example': { Job_Name: 'fd-eeeeeeeeeeee', job_state: 'H', comment: 'Job held, too many failed attempts to run' },
  },
})

// The same of `qstat -xf` in text, where long values go on in lines that begin with a tab.
const text = `Job Id: 501.pbs-01
    Job_Name = fd-aaaaaaaaaaaa
    Job_Owner = ada@login1
    job_state = R
    exec_host = x3001c0s1b0n0/0*64+x3001c0s7b0n0/0*
\t64
    Resource_List.nodect = 2
    Resource_List.walltime = 01:00:00
    stime = Fri Nov 21 15:00:00 2025
    Variable_List = PBS_O_HOME=/home/ada,MESSAGE = not an attribute,
\tjob_state = Q,PBS_O_LANG=C
    comment = Job run at Fri Nov 21 at 15:00 on (x3001c0s1b0n0:ncpus=64)

Job Id: 502.pbs-01
    Job_Name = fd-bbbbbbbbbbbb
    job_state = Q
    comment = Not Running: Job would conflict with reservation or top job
    estimated.start_time = Fri Nov 21 16:00:30 2025

Job Id: 503.pbs-01
    Job_Name = fd-cccccccccccc
    job_state = F
    Exit_status = 3
`
const start = Date.UTC(2025, 10, 21, 15, 0, 0)

describe('what qstat prints', () => {
  test('as JSON, of PBS Pro', () => {
    expect(readQstatJson(json)?.map(listedJob)).toEqual([
      { jobId: '501.pbs-01.site.example', name: 'fd-aaaaaaaaaaaa', state: 'running', startedAtMs: start, walltimeS: 3600, nodes: ['x3001c0s1b0n0', 'x3001c0s7b0n0'] },
      { jobId: '502.pbs-01.site.example', name: 'fd-bbbbbbbbbbbb', state: 'queued', reason: 'It waits for nodes to be free (ngpus).', estimatedStartMs: start + 3_630_000 },
      { jobId: '503.pbs-01.site.example', name: 'fd-cccccccccccc', state: 'ended', reason: 'The walltime of the job was over.' },
      { jobId: '504.pbs-01.site.example', name: 'fd-dddddddddddd', state: 'ended', reason: 'The job was cancelled.', exitCode: 143 },
      { jobId: '505.pbs-01.site.example', name: 'fd-eeeeeeeeeeee', state: 'queued', reason: 'It is held; see qstat -f for why.' },
    ])
  })

  test('as text, with values that go on in the next line', () => {
    expect(readQstatText(text).map(listedJob)).toEqual([
      { jobId: '501.pbs-01', name: 'fd-aaaaaaaaaaaa', state: 'running', startedAtMs: start, walltimeS: 3600, nodes: ['x3001c0s1b0n0', 'x3001c0s7b0n0'] },
      { jobId: '502.pbs-01', name: 'fd-bbbbbbbbbbbb', state: 'queued', reason: 'Its nodes are kept for another job or a reservation.', estimatedStartMs: start + 3_630_000 },
      { jobId: '503.pbs-01', name: 'fd-cccccccccccc', state: 'ended', reason: 'The job failed with code 3.', exitCode: 3 },
    ])
  })

  test('of Slurm\'s own, which indents by tabs', () => {
    const printed = 'Job Id:\t9\n\tJob_Name = fd-aaaaaaaaaaaa\n\tjob_state = C\n\tqueue = debug\n\texec_host = vm/1\n\tResource_List.walltime = 71582788:15:00\n\n'
    expect(readQstatText(printed).map(listedJob)).toEqual([{ jobId: '9', name: 'fd-aaaaaaaaaaaa', state: 'ended', nodes: ['vm'] }])
  })

  test.each([
    ['Not Running: Queue prod per-user limit reached on resource nodect', 'A limit for jobs is reached: Queue prod per-user limit reached on resource nodect.'],
    ['Not Running: Job would cross dedicated time boundary', 'Its nodes are kept free for a while; there may be a maintenance.'],
    ['Can Never Run: Insufficient amount of resource: ngpus (R: 9 A: 8 T: 8)', 'It can never run: Insufficient amount of resource: ngpus (R: 9 A: 8 T: 8).'],
    ['Not Running: the moon is full', 'PBS says: the moon is full.'],
  ])('why a job waits: %s', (comment, reason) => {
    expect(listedJob({ id: '1', attributes: new Map([['job_state', 'Q'], ['comment', comment]]) }).reason).toBe(reason)
  })
})

describe('which qstat it is', () => {
  const never: AbortSignal = new AbortController().signal
  const says = (answers: Readonly<Record<string, Partial<CommandOutcome>>>) => {
    const asked: string[] = []
    const ask = createAskQstat(
      (argv) => {
        const options = argv.slice(1).join(' ')
        asked.push(options)
        return Promise.resolve({ code: 0, stdout: '', stderr: '', ...answers[options] })
      },
      ({ stderr }) => new FirstError('upstream_unreachable', stderr),
    )
    return { ask, asked }
  }

  test('is found once: one without a history, whose JSON is not whole', async () => {
    const { ask, asked } = says({
      '-x -f -F json 501': { code: 1, stderr: 'qstat: PBS is not configured to maintain job history' },
      '-x -f 501': { code: 1, stderr: 'qstat: PBS is not configured to maintain job history' },
      '-f -F json 501': { stdout: json.slice(0, -20) },
      '-f 501': { stdout: text },
    })
    expect(await ask(['501'], never)).toHaveLength(3)
    expect(await ask(['501'], never)).toHaveLength(3)
    expect(asked).toEqual(['-x -f -F json 501', '-x -f 501', '-f -F json 501', '-f 501', '-f 501'])
  })

  test('jobs that it does not know any more are left out of the answer', async () => {
    const { ask } = says({ '-x -f -F json 501 77': { code: 153, stdout: json, stderr: 'qstat: Unknown Job Id 77.pbs-01' }, '-x -f -F json 77': { code: 153, stderr: 'qstat: Unknown Job Id 77.pbs-01' } })
    expect(await ask(['77'], never)).toEqual([])
    expect(await ask(['501', '77'], never)).toHaveLength(5)
  })

  test('a server that cannot be reached is an error, never an empty answer', async () => {
    const { ask } = says({ '-x -f -F json 501': { code: 111, stderr: 'Connection refused\nqstat: cannot connect to server pbs-01 (errno=111)' } })
    await expect(ask(['501'], never)).rejects.toMatchObject({ code: 'upstream_unreachable' })
  })

  test('a qstat that was killed, or whose connection was lost, has not answered, and Slurm\'s own says by its code alone that there is no such job', async () => {
    for (const code of [137, 255]) await expect(says({ '-x -f -F json 501': { code } }).ask(['501'], never)).rejects.toMatchObject({ code: 'upstream_unreachable' })
    expect(await says({ '-x -f -F json 77': { code: 153 } }).ask(['77'], never)).toEqual([])
  })

  test('XML of Torque is not taken for an answer without jobs', async () => {
    const { ask } = says({ '-x -f -F json 1': { code: 2, stderr: "qstat: invalid option -- 'F'" }, '-x -f 1': { stdout: '<Data><Job><Job_Id>1.torque</Job_Id></Job></Data>' }, '-f -F json 1': { code: 2, stderr: 'usage: qstat' }, '-f 1': { stdout: 'Job Id: 1.torque\n    Job_Name = fd-aaaaaaaaaaaa\n    job_state = C\n    exit_status = 271\n' } })
    expect((await ask(['1'], never)).map(listedJob)).toEqual([{ jobId: '1.torque', name: 'fd-aaaaaaaaaaaa', state: 'ended', reason: 'The job was cancelled.', exitCode: 143 }])
  })
})

test('nodes, times and lengths', () => {
  expect(readExecHost('n1/0*64+n1/1+n2/0')).toEqual(['n1', 'n2'])
  expect(readExecHost('--')).toEqual([])
  expect([readTime('Thu Aug  3 15:04:05 2023'), readTime('1691075045'), readTime('Unset'), readTime(undefined)]).toEqual([Date.UTC(2023, 7, 3, 15, 4, 5), 1_691_075_045_000, undefined, undefined])
  expect([readLength('01:30:00'), readLength('90'), readLength('71582788:15:00'), readLength(undefined)]).toEqual([5400, 90, undefined, undefined])
  expect([90, 86_400].map(writeLength)).toEqual(['00:01:30', '24:00:00'])
})
