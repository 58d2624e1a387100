import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { scripted, startSite } from '../../fixtures/site-under-test'
import { hasSlurm, startSlurm } from '../../fixtures/slurm'

test.runIf(hasSlurm())('a job that dies and is long in ending is one failed replica: nothing comes in its place meanwhile', { timeout: 120_000 }, async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'first-lab-'))
  const epilog = join(scratch, 'epilog')
  await writeFile(epilog, '#!/bin/sh\nexec sleep 3\n', { mode: 0o755 })
  const slurm = await startSlurm({ settings: [`Epilog=${epilog}`] })
  for (const [name, value] of Object.entries(slurm.env)) vi.stubEnv(name, value)
  const model = 'org/scripted'
  const launch = scripted('--crash-at-start', '"no such weights: /models/x"', '--exit-code', '3')
  const site = await startSite({ clusters: [{ name: 'lab', kind: 'slurm', workDir: join(scratch, 'work'), deployments: [{ model, framework: 'api', launch, resources: { cores: 1 }, ready: { attempts: 1 } }] }] })
  try {
    await expect(site.ask(model)).rejects.toMatchObject({ status: 503, code: 'model_failed' })
    expect(await site.replicas()).toMatchObject([{ state: 'failed', reason: 'The job failed with code 3.', logTail: expect.stringContaining('no such weights: /models/x') as string }])
  } finally {
    await site.close()
    vi.unstubAllEnvs()
    await slurm.stop()
    await rm(scratch, { recursive: true, force: true })
  }
})
