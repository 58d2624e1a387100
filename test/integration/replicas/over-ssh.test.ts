import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { hasSshd, startSshd, type TestSshd } from '../../fixtures/sshd'
import { until } from '../../fixtures/until'

const canRun = hasSlurm() && hasSshd()
const model = 'org/scripted'
const patience = { timeoutMs: 60_000, everyMs: 100 }

describe.runIf(canRun)(`deployments of a Slurm that is reached over ssh${canRun ? '' : ' (not run: this machine has no Slurm or no sshd)'}`, { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let sshd: TestSshd
  let scratch: string
  let site: SiteUnderTest | undefined
  beforeAll(async () => {
    slurm = await startSlurm()
    sshd = await startSshd({ settings: Object.entries(slurm.env).map(([name, value]) => `SetEnv ${name}=${value}`) })
    scratch = await mkdtemp(join(tmpdir(), 'first-lab-'))
  })
  afterAll(async () => {
    await Promise.all([slurm.stop(), sshd.stop()])
    await rm(scratch, { recursive: true, force: true })
  })
  afterEach(async () => {
    await site?.close()
    site = undefined
    await until('no job is left', async () => (await slurm.command('squeue', '--noheader')) === '')
  })
  const open = async (kind: 'slurm' | 'pbs', ssh: object = {}): Promise<SiteUnderTest> =>
    (site = await startSite({
      clusters: [{
        name: 'lab', kind, queue: 'debug', workDir: join(scratch, kind), ssh: { host: sshd.host, configFile: sshd.configFile, ...ssh },
        deployments: [{ model, framework: 'api', launch: scripted('--says', '"hello from afar"', '--key', '${key}'), resources: { cores: 1 } }],
      }],
    }))

  test.each(['slurm', 'pbs'] as const)('%s: a request submits a job there, and is answered through a forwarded port', async (kind) => {
    const one = await open(kind)
    expect(await one.ask(model)).toBe('hello from afar')
    const [replica] = await one.replicas()
    const file = (await slurm.command('find', join(scratch, kind), '-path', `*${replica!.id}/address.json`)).trim()
    const { port } = JSON.parse(await readFile(file, 'utf8')) as { port: number }
    expect(new URL(replica!.baseUrl!).port).not.toBe(String(port))
  })

  test('a connection that is lost is made anew, and requests go on', async () => {
    const one = await open('slurm')
    await one.ask(model)
    await sshd.drop()
    expect(await one.ask(model)).toBe('hello from afar')
  })

  test('a host that does not let us in is told as the reason, and the request does not wait', async () => {
    const one = await open('slurm', { user: 'nobody' })
    await until('that is known', async () => (await one.clusters()).find(({ name }) => name === 'lab')?.problem?.includes('does not let us in without a password') === true, patience)
    await expect(one.ask(model)).rejects.toMatchObject({ status: 502, code: 'upstream_unreachable', message: expect.stringContaining('does not let us in') as string })
  })
})
