import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunnerHere } from '@main/clusters/commands/here'
import type { JobSite } from '@main/clusters/jobs/workload-manager'
import { createPbsHost } from '@main/clusters/pbs/pbs-host'
import type { ReplicaHost } from '@main/clusters/replica-host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { ask, deploymentOf, isOver, isUp, never, requestOf, seen } from './site'

describe.runIf(hasSlurm())('with qsub, qstat and qdel of slurm-wlm-torque', { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let workDir: string
  beforeAll(async () => {
    slurm = await startSlurm()
    workDir = await mkdtemp(join(tmpdir(), "fd-site it's $HOME-"))
  })
  afterAll(async () => {
    await slurm.stop()
    await rm(workDir, { recursive: true, force: true })
  })
  const hostFor = (site: Partial<JobSite> = {}): ReplicaHost => createPbsHost({ name: 'lab', submitOptions: [], workDir, ...site }, { runner: createRunnerHere({ env: slurm.env }), now: () => Date.now() })

  test('a replica starts as a job, says where it listens and when it ends, answers with its key alone, and stops', async () => {
    const host = hostFor({ queue: 'debug' })
    const request = requestOf(deploymentOf([], { resources: { nodes: 1, gpus: 0, cores: 1, memoryMb: 500 } }))
    const handle = await host.start(request, never)

    const live = await seen(host, request.id, isUp)
    expect(live).toMatchObject({ handle, state: 'running', nodes: [hostname().split('.')[0]], deployment: { model: 'lab/scripted', framework: 'vllm' } })
    expect(live.endsAtMs! - live.startedAtMs!).toBe(600_000)
    expect(await ask(live.baseUrl!, request.key)).toMatchObject({ status: 200 })
    expect(await ask(live.baseUrl!, 'another key')).toMatchObject({ status: 401 })
    expect(await slurm.command('scontrol', 'show', 'job', handle)).toMatch(/MinMemoryNode=500M/)

    await host.stop(handle, { graceS: 0 }, never)
    await seen(host, request.id, isOver)
    await host.stop(handle, { graceS: 0 }, never)
    await host.close()
  })

  test('asked twice for one replica, also after a restart, there is one job', async () => {
    const request = requestOf(deploymentOf())
    const host = hostFor()
    const [first, second] = await Promise.all([host.start(request, never), host.start(request, never)])
    expect([second, await hostFor().start(request, never)]).toEqual([first, first])
    await host.stop(first, { graceS: 0 }, never)
    await host.close()
  })

  test('what waits is queued, and what somebody else deletes is seen', async () => {
    const host = hostFor()
    await slurm.command('scontrol', 'update', 'PartitionName=debug', 'State=DOWN')
    const request = requestOf(deploymentOf())
    const handle = await host.start(request, never)
    expect((await seen(host, request.id, () => true)).state).toBe('queued')
    await slurm.command('scontrol', 'update', 'PartitionName=debug', 'State=UP')
    await seen(host, request.id, isUp)
    expect(await host.capacity(never)).toMatchObject({ nodes: { free: 0, total: 1 } })
    await slurm.command('qdel', handle)
    expect((await seen(host, request.id, isOver)).baseUrl).toBeUndefined()
    await host.close()
  })

  test('a job that waits is seen where qsub greets before it says its id', async () => {
    const bin = join(slurm.folder, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'qsub'), '#!/bin/sh\necho "Welcome to the lab."\nexec /usr/bin/qsub "$@"\n', { mode: 0o755 })
    const env = { ...slurm.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
    const host = createPbsHost({ name: 'lab', submitOptions: [], workDir }, { runner: createRunnerHere({ env }), now: () => Date.now() })
    await slurm.command('scontrol', 'update', 'PartitionName=debug', 'State=DOWN')
    const request = requestOf(deploymentOf())
    const handle = await host.start(request, never)
    expect((await host.observe(never)).find(({ id }) => id === request.id)).toMatchObject({ handle, state: 'queued' })
    await host.stop(handle, { graceS: 0 }, never)
    await slurm.command('scontrol', 'update', 'PartitionName=debug', 'State=UP')
    await host.close()
  })

  test('a job that dies at its start leaves its code and its log', async () => {
    const host = hostFor()
    const request = requestOf(deploymentOf(['--crash-at-start', 'no such weights: /models/x', '--exit-code', '3']))
    await host.start(request, never)
    expect(await seen(host, request.id, isOver)).toMatchObject({ exitCode: 3, reason: 'It ended with code 3.' })
    expect(await host.logTail(request.id, never)).toContain('no such weights: /models/x')
    await host.close()
  })

  test('a queue that is none ends in a sentence that names it', async () => {
    await expect(hostFor({ queue: 'nosuch' }).start(requestOf(deploymentOf()), never)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('has no queue "nosuch"') as string, param: 'queue' })
    await expect(hostFor({ account: '$(touch /tmp/never)' }).start(requestOf(deploymentOf()), never)).rejects.toMatchObject({ code: 'config_invalid', param: 'account' })
    await expect(hostFor({ queue: 'members', account: 'chemistry' }).start(requestOf(deploymentOf()), never)).rejects.toMatchObject({ code: 'config_invalid' })
  })
})
