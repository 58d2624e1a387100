import { readHostList } from '@main/clusters/slurm/host-list'
import { readSqueue } from '@main/clusters/slurm/squeue'
import { readTime, writeLength } from '@main/clusters/slurm/times'
import { describe, expect, test } from 'vitest'

const start = Date.UTC(2026, 10, 21, 15, 0, 0)

describe('what squeue prints', () => {
  test('of 22.05, with times in seconds', () => {
    const text = [
      `101|RUNNING|None|${start / 1000}|${start / 1000 + 3600}|node[08-10,12]|fd-aaaaaaaaaaaa`,
      `102|PENDING|Resources|${start / 1000 + 60}|${start / 1000 + 3660}||fd-bbbbbbbbbbbb`,
      '103|CANCELLED|None|N/A|N/A||fd-cccccccccccc',
      `104|COMPLETING|None|${start / 1000}|${start / 1000 + 60}|node01|fd-dddddddddddd`,
      '105|FAILED|NonZeroExitCode|N/A|N/A|node01|fd-eeeeeeeeeeee',
    ].join('\n')
    expect(readSqueue(text)).toEqual([
      { jobId: '101', name: 'fd-aaaaaaaaaaaa', state: 'running', startedAtMs: start, endsAtMs: start + 3_600_000, nodes: ['node08', 'node09', 'node10', 'node12'] },
      { jobId: '102', name: 'fd-bbbbbbbbbbbb', state: 'queued', reason: 'It waits for nodes to be free.', estimatedStartMs: start + 60_000 },
      { jobId: '103', name: 'fd-cccccccccccc', state: 'ended', reason: 'The job was cancelled.' },
      { jobId: '104', name: 'fd-dddddddddddd', state: 'ending', reason: 'It is ending.', startedAtMs: start, nodes: ['node01'] },
      { jobId: '105', name: 'fd-eeeeeeeeeeee', state: 'ended', nodes: ['node01'] },
    ])
  })

  test('of 17.11, with dates, and without an end', () => {
    expect(readSqueue('7|RUNNING|None|2026-11-21T15:00:00|NONE|n1|fd-aaaaaaaaaaaa\n')).toEqual([{ jobId: '7', name: 'fd-aaaaaaaaaaaa', state: 'running', startedAtMs: start, nodes: ['n1'] }])
  })

  test('of a newer one with a state that nobody knew: it has nodes until Slurm says that it is over', () => {
    expect(readSqueue('7|POWERING_UP_NODE|None|N/A|N/A|n1|fd-aaaaaaaaaaaa')[0]?.state).toBe('running')
  })

  test('is read past warnings, job arrays and names that hold the delimiter', () => {
    const text = 'squeue: warning: something|with|bars|in|it|x|y\n12_[1-4]|PENDING|Priority|N/A|N/A||array\n13|SUSPENDED|None|N/A|N/A|n1|a|b\n'
    expect(readSqueue(text)).toEqual([{ jobId: '13', name: 'a|b', state: 'suspended', nodes: ['n1'], reason: 'The site has suspended the job.' }])
  })

  test.each([
    ['Priority', 'Other jobs go first.'],
    ['ReqNodeNotAvail, UnavailableNodes:node[1-3]', 'Nodes that it needs are not available; they may be kept free for a maintenance.'],
    ['QOSMaxJobsPerUserLimit', 'A limit of the site for its users is reached (QOSMaxJobsPerUserLimit).'],
    ['AssocGrpCPUMinutesLimit', 'A limit of the account is reached (AssocGrpCPUMinutesLimit).'],
    ['Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions', 'Nodes that it needs are down, drained, or kept for others'],
    ['SomethingNew', 'Slurm says: SomethingNew.'],
  ])('why a job waits, by the word %s', (word, sentence) => {
    expect(readSqueue(`1|PENDING|${word}|N/A|N/A||fd-aaaaaaaaaaaa`)[0]?.reason).toContain(sentence)
  })
})

test.each([
  ['n1', ['n1']],
  ['n1,m2', ['n1', 'm2']],
  ['n[1-3]', ['n1', 'n2', 'n3']],
  ['n[098-101]-ib', ['n098-ib', 'n099-ib', 'n100-ib', 'n101-ib']],
  ['rack[1-2]n[1-2],login', ['rack1n1', 'rack1n2', 'rack2n1', 'rack2n2', 'login']],
  ['', []],
  ['(null)', []],
])('the nodes of %s', (text, nodes) => {
  expect(readHostList(text)).toEqual(nodes)
})

test('a list of nodes without end is cut', () => {
  expect(readHostList('n[1-99999999]')).toHaveLength(4096)
})

test('times and lengths', () => {
  expect(readTime('Unknown')).toBeUndefined()
  expect([90, 3600, 86_400, 90_061].map(writeLength)).toEqual(['00:01:30', '01:00:00', '1-00:00:00', '1-01:01:01'])
})
