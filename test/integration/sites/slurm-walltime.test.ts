import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunnerHere } from '@main/clusters/commands/here'
import { createSlurmHost } from '@main/clusters/slurm/slurm-host'
import { expect, test } from 'vitest'
import { hasSlurm, startSlurm } from '../../fixtures/slurm'
import { deploymentOf, isOver, isUp, never, requestOf, seen } from './site'

test.runIf(hasSlurm())('a replica whose walltime is over has ended for that, and its engine was told to end', { timeout: 120_000 }, async () => {
  const slurm = await startSlurm()
  const workDir = await mkdtemp(join(tmpdir(), 'fd-site-'))
  try {
    const host = createSlurmHost({ name: 'lab', submitOptions: [], workDir }, { runner: createRunnerHere({ env: slurm.env }), now: () => Date.now() })
    const request = requestOf(deploymentOf())
    const handle = await host.start(request, never)
    const before = await seen(host, request.id, isUp)
    // Slurm looks at walltimes twice a minute, so its end is brought forward. Its times are whole
    // seconds and it refuses one that is past when it reads it: "now" is when the second turns meanwhile.
    await slurm.command('scontrol', 'update', `JobId=${handle}`, 'EndTime=now+10seconds')
    const sooner = await seen(host, request.id, ({ endsAtMs }) => endsAtMs !== before.endsAtMs)
    expect(sooner.endsAtMs).toBeLessThan(before.endsAtMs!)
    expect(await seen(host, request.id, isOver)).toMatchObject({ reason: 'The walltime of the job was over.' })
    const log = await host.logTail(request.id, never)
    expect(log).toContain('SIGTERM')
    expect(log).toContain('DUE TO TIME LIMIT')
    await host.close()
  } finally {
    await slurm.stop()
    await rm(workDir, { recursive: true, force: true })
  }
})
