import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { jobsAnswer, type JobsAnswer } from '@shared/first/jobs'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { until } from '../../fixtures/until'

describe.runIf(hasSlurm())('jobs of a real Slurm over HTTP', { timeout: 120_000 }, () => {
  const model = 'org/scripted'
  let slurm: TestSlurm
  let site: SiteUnderTest
  let workDir: string
  beforeAll(async () => {
    slurm = await startSlurm()
    vi.stubEnv('SLURM_CONF', slurm.env['SLURM_CONF'])
    workDir = await mkdtemp(join(tmpdir(), 'fd-work-'))
    const deployments = [{ model, framework: 'vllm', launch: scripted(), walltimeS: 600, resources: { cores: 1 } }]
    site = await startSite({ clusters: [{ name: 'lab', kind: 'slurm', queue: 'debug', workDir, deployments }] })
  })
  afterAll(async () => {
    await site.close()
    await slurm.stop()
    vi.unstubAllEnvs()
    await rm(workDir, { recursive: true, force: true })
  })

  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${site.core.url}/resource_server/lab${path}`, { method, headers: { authorization: `Bearer ${site.core.ownerKey}`, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) })
    return answer.json()
  }
  const jobs = async (): Promise<JobsAnswer> => jobsAnswer.parse(await ask('GET', '/jobs'))

  test('are told as a site of FIRST tells them, and cancelled by their ids', async () => {
    await ask('POST', '/deployments/scale', { model, replicas: 1 })
    await until('it runs', async () => (await jobs()).running.some((job) => job['Model Status'] === 'running'), { timeoutMs: 60_000 })
    const [job] = (await jobs()).running
    expect(job).toMatchObject({ Models: model, Framework: 'vllm', Cluster: 'lab', 'Job State': 'running', 'Nodes Reserved': '1', Walltime: '00:10:00', 'Host Name': expect.any(String) as unknown, Cores: '1' })
    const id = job?.['Job ID'] ?? ''
    expect(await slurm.command('squeue', '--noheader', '--states=R', '--format=%i')).toBe(`${id}\n`)

    expect(await ask('DELETE', `/jobs/${id}`)).toMatchObject({ object: 'replica', model })
    // Another would come in its place.
    await ask('POST', '/deployments/stop', { model })
    await until('Slurm has none', async () => (await slurm.command('squeue', '--noheader', '--states=R,PD,CG', '--format=%i')) === '', { timeoutMs: 30_000 })
    await until('none is told', async () => (await jobs()).running.length + (await jobs()).queued.length === 0, { timeoutMs: 60_000 })
  })
})
