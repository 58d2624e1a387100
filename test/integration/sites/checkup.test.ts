import { access, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkDeployments, checkSites, findManagers, type Checked } from '@main/clusters/registry'
import { configSchema, type Config } from '@shared/config/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { hasSshd, startSshd, type TestSshd } from '../../fixtures/sshd'
import { never } from './site'

const configOf = (...clusters: readonly object[]): Config => configSchema.parse({ clusters })
const said = (found: readonly Checked[]): Record<string, string> => Object.fromEntries(found.map(({ name, state, text }) => [name, `${state}: ${text}`]))

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'fd-checkup-'))))
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

describe('a check of a site', () => {
  test.each([
    ['slurm', 'Slurm', 'this machine has no sbatch, squeue, sinfo, scancel; put the commands of Slurm'],
    ['pbs', 'PBS', 'this machine has no qsub, qstat, qdel; put the commands of PBS'],
  ])('of kind %s names the commands that are not there', async (kind, title, words) => {
    const isOfSystem = /bin$/
    const without = (process.env['PATH'] ?? '').split(':').filter((path) => isOfSystem.test(path))
    vi.stubEnv('PATH', await onlyShell(without))
    expect(said(await checkSites(configOf({ name: 'lab', kind, workDir: folder }), never))[`${title} of lab`]).toContain(words)
  })

  test('says of a host that does not answer what to do, and asks nothing more there', async () => {
    const found = await checkSites(configOf({ name: 'lab', kind: 'slurm', ssh: { host: 'no-such-host.invalid' } }), never)
    expect(found).toEqual([{ name: 'ssh to no-such-host.invalid', state: 'bad', text: expect.stringContaining('there is no host no-such-host.invalid') as unknown }])
  })
})

describe.runIf(hasSlurm() && hasSshd())('a check of a real site', { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let sshd: TestSshd
  beforeAll(async () => {
    slurm = await startSlurm()
    sshd = await startSshd({ settings: [`SetEnv SLURM_CONF=${slurm.env['SLURM_CONF'] ?? ''}`] })
  })
  afterAll(() => Promise.all([slurm.stop(), sshd.stop()]))

  test('finds all well, here and over ssh', async () => {
    vi.stubEnv('SLURM_CONF', slurm.env['SLURM_CONF'])
    const ssh = { host: sshd.host, configFile: sshd.configFile }
    const found = await checkSites(configOf({ name: 'here', kind: 'slurm', workDir: folder }, { name: 'far', kind: 'slurm', workDir: join(folder, 'new'), ssh }, { name: 'torque', kind: 'pbs', workDir: folder }), never)
    expect(said(found)).toEqual({
      'Slurm of here': 'good: sbatch, squeue, sinfo, scancel are on this machine, and squeue answers',
      'Work folder of here': `good: ${folder}`,
      [`ssh to ${sshd.host}`]: 'good: it answers',
      'Slurm of far': `good: sbatch, squeue, sinfo, scancel are on ${sshd.host}, and squeue answers`,
      'Work folder of far': `good: ${join(folder, 'new')}`,
      'PBS of torque': 'good: qsub, qstat, qdel are on this machine, and qstat answers',
      'Work folder of torque': `good: ${folder}`,
    })
  })

  test('says in the words of the site why it does not answer, and of a folder that it cannot be written', async () => {
    await writeFile(join(folder, 'torn.conf'), 'ClusterName=\n')
    vi.stubEnv('SLURM_CONF', join(folder, 'torn.conf'))
    const found = said(await checkSites(configOf({ name: 'here', kind: 'slurm', workDir: '/dev/null/none' }), never))
    expect(found['Slurm of here']).toMatch(/^bad: squeue fails on this machine \(.+\); try squeue --noheader/)
    expect(found['Work folder of here']).toMatch(/^bad: \/dev\/null\/none on this machine cannot be written/)
  })
})

describe('a check of this machine', () => {
  const deployment = { model: 'org/m', framework: 'api', launch: `${process.execPath} --port \${port}` }
  const check = async (...deployments: readonly object[]): Promise<Record<string, string>> => said(await checkDeployments(configOf({ name: 'here', kind: 'local', deployments }), { PATH: folder }, true))

  test('finds the program of an engine, by its line or its template', async () => {
    expect(await check(deployment, { model: 'org/v', framework: 'vllm' }, { model: 'org/own', framework: 'api', template: 'llama', file: process.execPath })).toEqual({
      'Engine of org/m': `good: ${process.execPath} (its launch line)`,
      'Engine of org/v': expect.stringMatching(/^bad: The engine of "org\/v", vllm, was not found: it is in no folder of PATH .* Install it/) as unknown,
      'Engine of org/own': 'good: first-desktop (template llama)',
      GPUs: 'note: none that nvidia-smi names',
    })
  })

  test('misses a file and GPUs that a deployment names', async () => {
    expect(await check({ model: 'org/own', framework: 'api', template: 'llama', file: '/none.gguf' }, { ...deployment, resources: { gpus: 4 } })).toEqual({
      'Engine of org/own': 'bad: there is no file /none.gguf; correct file of this deployment in config.yaml',
      'Engine of org/m': expect.stringContaining('good') as unknown,
      GPUs: expect.stringMatching(/^bad: org\/m needs 4, and here are none/) as unknown,
    })
  })

  test('is nothing but notes where no cluster needs any of it', async () => {
    const config = configOf()
    const found = [...(await checkSites(config, never)), ...(await checkDeployments(config, { PATH: folder }, true)), ...(await findManagers(config, { PATH: folder }))]
    expect(found.map(({ name, state }) => [name, state])).toEqual([['GPUs', 'note'], ['Slurm', 'note'], ['PBS', 'note']])
  })
})

/** A folder with a shell in it and no more. */
async function onlyShell(paths: readonly string[]): Promise<string> {
  for (const name of ['sh', 'dirname']) for (const path of paths) {
    const isThere = await access(join(path, name)).then(() => true, () => false)
    if (isThere) {
      await symlink(join(path, name), join(folder, name))
      break
    }
  }
  return folder
}
