import { createRunnerHere } from '@main/clusters/commands/here'
import { readRefusal } from '@main/clusters/jobs/refusal'
import { createPbsManager } from '@main/clusters/pbs/pbs-manager'
import { readPbsnodes } from '@main/clusters/pbs/pbsnodes'
import { nodesOfQueue } from '@main/clusters/pbs/queue-nodes'
import { pbsRefusals } from '@main/clusters/pbs/refusals'
import { describe, expect, test } from 'vitest'

test('what pbsnodes prints', () => {
  const text = `x3001
     Mom = x3001.site
     state = free
     resources_available.mem = 527672492kb
     resources_available.ngpus = 4
     resources_assigned.mem = 0kb

x3002
     state = job-exclusive
     jobs = 501.pbs-01/0
     resources_available.mem = 527672492kb
     resources_available.ngpus = 4
     resources_assigned.mem = 104857600kb
     resources_assigned.ngpus = 4

x3003
     state = state-unknown,down
     resources_available.ngpus = 4
`
  expect(readPbsnodes(text)).toEqual({ nodes: { free: 1, total: 2 }, gpus: { free: 4, total: 8 }, memoryMb: { free: 928_210, total: 1_030_610 } })
  expect(readPbsnodes('vm\n    state = mixed\n    np = 2\n\n')).toEqual({ nodes: { free: 0, total: 1 }, gpus: { free: 0, total: 0 } })
})

test.each([
  ['offline,job-exclusive', undefined, 1], ['job-exclusive,resv-exclusive', undefined, 1], ['offline', '501.pbs-01/0', 1], ['maintenance', undefined, 1], ['wait-provisioning', undefined, 1],
  ['draining', undefined, 1], ['offline', undefined, 0], ['offline', '', 0], ['down,job-exclusive', undefined, 0], ['state-unknown,down', undefined, 0], ['stale', undefined, 0],
])('a node of PBS that is %s with the jobs %j is %i of what there is, and none of what is free', (state, jobs, total) => {
  const text = `x3001\n     state = ${state}\n${jobs === undefined ? '' : `     jobs = ${jobs}\n`}     resources_available.ngpus = 4\n     resources_assigned.ngpus = 4\n`
  expect(readPbsnodes(text)).toEqual({ nodes: { free: 0, total }, gpus: { free: 0, total: total * 4 } })
})

describe('the nodes of a queue', () => {
  const node = (name: string, ...attributes: string[]): string => [name, `     Mom = ${name}.site`, ...attributes.map((attribute) => `     ${attribute}`), ''].join('\n')
  const named = (text: string): string[] => text.split('\n').filter((line) => /^\S/.test(line))
  const site = [node('x1', 'state = free', 'queue = debug'), node('x2', 'state = free', 'resources_available.Qlist = prod,large'), node('x3', 'state = free', 'resources_available.Qlist = debug'), node('x4', 'state = free')].join('\n')

  test.each([
    [undefined, ['x1', 'x2', 'x3', 'x4']],
    ['debug', ['x1', 'x3']],
    ['prod@pbs-01.site', ['x2']],
    ['preemptable', ['x2', 'x3', 'x4']],
  ])('are those that name it, or else those that are no other queue\'s own: %s', (queue, nodes) => {
    expect(named(nodesOfQueue(site, queue))).toEqual(nodes)
  })

  test('are counted with all that is said of them', () => {
    expect(readPbsnodes(nodesOfQueue(site, 'debug')).nodes).toEqual({ free: 2, total: 2 })
  })
})

describe('why qsub refused a job', () => {
  test.each([
    ['qsub: Unknown queue', 'config_invalid', 'queue', 'has no queue "gpu"'],
    ['qsub: Queue is not enabled', 'upstream_unreachable', undefined, 'takes no jobs in the queue "gpu" at this time'],
    ['qsub: Unauthorized Request', 'config_invalid', 'queue', 'does not let you use'],
    ["qsub: Request rejected.  Reason: Job's project 'physics' is not valid", 'config_invalid', 'account', 'does not know the account "physics"'],
    ['qsub: Job violates queue and/or server resource limits', 'config_invalid', 'resources', 'its queue does not permit'],
    ["qsub: would exceed queue gpu's per-user limit of jobs in 'Q' state", 'upstream_unreachable', undefined, 'takes no more jobs'],
    ['Connection refused\nqsub: cannot connect to server pbs-01 (errno=111)', 'upstream_unreachable', undefined, 'cannot be reached'],
    ['sh: line 1: qsub: command not found', 'upstream_unreachable', undefined, 'not in the PATH'],
  ])('%s', (stderr, code, param, words) => {
    expect(readRefusal('PBS', pbsRefusals, { name: 'lab', queue: 'gpu', account: 'physics', submitOptions: [] }, { code: 1, stdout: '', stderr })).toMatchObject({ code, param, message: expect.stringContaining(words) as string })
  })
})

describe('what a job is submitted with', () => {
  const needs = { name: 'fd-aaaaaaaaaaaa', nodes: 2, gpus: 4, cores: 32, memoryMb: 1000, walltimeS: 5400 }
  const manager = (submitOptions: readonly string[] = []) => createPbsManager({ name: 'lab', queue: 'gpu', account: 'physics', submitOptions }, createRunnerHere())

  test('is one chunk a node', () => {
    expect(manager().submitArgv(needs).slice(-7)).toEqual(['-q', 'gpu', '-A', 'physics', '-l', 'select=2:ncpus=32:ngpus=4:mem=1000mb,walltime=01:30:00', 'job.sh'])
  })

  test('is what the site says where it asks for nodes itself', () => {
    expect(manager(['-l', 'select=2:system=polaris', '-l', 'filesystems=home:eagle']).submitArgv(needs).slice(-7)).toEqual(['-l', 'walltime=01:30:00', '-l', 'select=2:system=polaris', '-l', 'filesystems=home:eagle', 'job.sh'])
  })

  test.each([['501.pbs-01.site.example\n', '501.pbs-01.site.example'], ['qsub: waiting for the hook\n501\n', '501'], ['', undefined]])('its id is read from %j', (printed, id) => {
    expect(manager().jobIdOf(printed)).toBe(id)
  })
})
