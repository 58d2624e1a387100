import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { until } from '../../fixtures/until'

const canRun = hasSlurm()
const model = 'org/scripted'

describe.runIf(canRun)(`deployments of PBS, by Slurm's qsub, qstat and qdel${canRun ? '' : ' (not run: this machine has no Slurm)'}`, { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let scratch: string
  let site: SiteUnderTest | undefined
  beforeAll(async () => {
    slurm = await startSlurm()
    scratch = await mkdtemp(join(tmpdir(), 'first-lab-'))
  })
  afterAll(async () => {
    await slurm.stop()
    await rm(scratch, { recursive: true, force: true })
  })
  afterEach(async () => {
    await site?.close()
    site = undefined
    vi.unstubAllEnvs()
    await until('no job is left', async () => (await jobs()) === '')
  })
  const jobs = async (): Promise<string> => (await slurm.command('squeue', '--noheader', '-o', '%j %T')).trim()
  const open = async (deployment: object = {}, more: object = {}): Promise<SiteUnderTest> => {
    for (const [name, value] of Object.entries(slurm.env)) vi.stubEnv(name, value)
    const one = { model, framework: 'api', launch: scripted('--says', '"hello from PBS"'), resources: { cores: 1 }, ...deployment }
    return (site = await startSite({ clusters: [{ name: 'lab', kind: 'pbs', queue: 'debug', workDir: join(scratch, 'work'), deployments: [one], ...more }] }))
  }

  test('a request to a cold model submits a job, and another when somebody has deleted it', async () => {
    const one = await open()
    expect(await one.ask(model)).toBe('hello from PBS')
    const [first] = await one.replicas()
    expect(await jobs()).toBe(`${first!.id} RUNNING`)
    await slurm.command('qdel', first!.handle!)
    await until('it is gone', async () => (await jobs()) === '')
    expect(await one.ask(model)).toBe('hello from PBS')
    expect((await one.replicas()).map(({ state }) => state).sort()).toEqual(['failed', 'live'])
  })

  test('a job that dies at its start is failed with its log, and its request is told', async () => {
    const one = await open({ launch: scripted('--crash-at-start', '"no such weights: /models/x"', '--exit-code', '3'), ready: { attempts: 1 } })
    await expect(one.ask(model)).rejects.toMatchObject({ status: 503, code: 'model_failed', message: expect.stringContaining('code 3') as string })
    expect((await one.replicas())[0]).toMatchObject({ state: 'failed', logTail: expect.stringContaining('no such weights: /models/x') as string })
  })

  test('a queue that is none is said at once', async () => {
    const one = await open({}, { queue: 'nosuch' })
    await expect(one.ask(model)).rejects.toMatchObject({ code: 'model_failed', message: expect.stringContaining('has no queue "nosuch"') as string })
  })
})
