import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startOpenAiServer } from '../../doubles/openai-server/openai-server'
import { buildApp, type BuiltApp } from '../../fixtures/built-app'
import { writeTinyGguf } from '../../fixtures/gguf'
import { scripted, startSite, type SiteUnderTest } from '../../fixtures/site-under-test'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { canMountDisk, mountSmallDisk } from '../../fixtures/small-disk'
import { until } from '../../fixtures/until'

const canRun = hasSlurm()
const { canMount, note } = canMountDisk()
const model = 'org/scripted'
const patience = { timeoutMs: 60_000, everyMs: 100 }

describe.runIf(canRun)(`deployments of a real Slurm${canRun ? '' : ' (not run: this machine has no Slurm)'}`, { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let scratch: string
  let app: BuiltApp
  let site: SiteUnderTest | undefined
  beforeAll(async () => {
    ;[slurm, app] = await Promise.all([startSlurm(), buildApp()])
    scratch = await mkdtemp(join(tmpdir(), 'first-lab-'))
  })
  afterAll(async () => {
    await slurm.stop()
    await app.remove()
    await rm(scratch, { recursive: true, force: true })
  })
  afterEach(async () => {
    await site?.close()
    site = undefined
    vi.unstubAllEnvs()
    await until('no job is left', async () => (await jobs()).length === 0)
  })

  const jobs = async (): Promise<string[]> => (await slurm.command('squeue', '--noheader', '-o', '%j %T')).split('\n').filter((line) => line !== '')
  const deployment = (more: object = {}): object => ({ model, framework: 'api', launch: scripted('--says', '"hello from a job"'), resources: { cores: 1 }, ...more })
  const lab = (one: object, more: object = {}): object => ({ name: 'lab', kind: 'slurm', workDir: join(scratch, 'work'), deployments: [one], ...more })
  const open = async (...clusters: readonly object[]): Promise<SiteUnderTest> => {
    for (const [name, value] of Object.entries(slurm.env)) vi.stubEnv(name, value)
    return (site = await startSite({ clusters }))
  }
  const live = async (one: SiteUnderTest): Promise<number> => (await one.replicas()).filter(({ state }) => state === 'live').length

  test('a request to a cold model submits a job, and streams from our own engine in it', async () => {
    const file = join(scratch, 'tiny.gguf')
    await writeTinyGguf(file, { says: ['Hel', 'lo', ' from', ' Slurm', '.'] })
    const one = await open(lab({ model: 'org/tiny', framework: 'llama', file, launch: `${process.execPath} ${app.cli} engine llama --file \${file} --model \${model} --host \${host} --port \${port}`, resources: { cores: 1 }, contextTokens: 512 }))
    expect(await one.model('org/tiny')).toMatchObject({ status: 'offline', framework: 'llama' })
    const stream = await one.client().chat.completions.create({ model: 'org/tiny', messages: [{ role: 'user', content: 'Hello?' }], stream: true, temperature: 0 })
    let said = ''
    for await (const { choices } of stream) said += choices[0]?.delta.content ?? ''
    expect(said).toBe('Hello from Slurm.')
    const [replica] = await one.replicas()
    expect(replica).toMatchObject({ state: 'live', nodes: [hostname().split('.')[0]] })
    expect(await jobs()).toEqual([`${replica!.id} RUNNING`])
  })

  test('a second job comes with load, both go when idle', async () => {
    const hold = join(scratch, 'hold')
    await writeFile(hold, '')
    const one = await open(lab(deployment({ launch: scripted('--says', 'held', '--hold-while', hold), requestsPerReplica: 1, replicas: { max: 2 }, idleTimeoutS: 2 })))
    const answers = [one.ask(model), one.ask(model)]
    await until('each has a job of its own', async () => (await one.replicas()).filter(({ state, inFlight }) => state === 'live' && inFlight === 1).length === 2, patience)
    expect(await jobs()).toHaveLength(2)
    await rm(hold)
    expect(await Promise.all(answers)).toEqual(['held', 'held'])
    await until('both are gone', async () => (await one.replicas()).every(({ state }) => state === 'stopped'), patience)
    expect(await jobs()).toEqual([])
  })

  test('a cold model of several clusters is started on one of them', async () => {
    const here = { name: 'here', kind: 'local', deployments: [{ model, framework: 'api', launch: scripted('--says', '"hello from a process"') }] }
    const one = await open(here, lab(deployment()))
    await one.ask(model)
    expect(await one.replicas()).toHaveLength(1)
  })

  test('a job that somebody cancels is noticed, and the next request has another', async () => {
    const one = await open(lab(deployment()))
    await one.ask(model)
    const [first] = await one.replicas()
    await slurm.command('scancel', first!.handle!)
    await until('it is gone', async () => (await jobs()).length === 0)
    expect(await one.ask(model)).toBe('hello from a job')
    expect((await one.replicas()).find(({ id }) => id === first!.id)).toMatchObject({ state: 'failed', reason: 'The job was cancelled.' })
    expect(await jobs()).toHaveLength(1)
  })

  test('a job that dies at its start is failed with its log, and its request is told', async () => {
    const one = await open(lab(deployment({ launch: scripted('--crash-at-start', '"no such weights: /models/x"', '--exit-code', '3'), ready: { attempts: 1 } })))
    await expect(one.ask(model)).rejects.toMatchObject({ status: 503, code: 'model_failed', message: expect.stringContaining('failed with code 3') as string })
    expect((await one.replicas())[0]).toMatchObject({ state: 'failed', logTail: expect.stringContaining('no such weights: /models/x') as string })
    expect(await one.model(model)).toMatchObject({ status: 'failed' })
  })

  test('a job is replaced before its walltime ends, and every request on the way is answered', async () => {
    const one = await open(lab(deployment({ walltimeS: 60 })))
    await one.ask(model)
    const [first] = await one.replicas()
    await until('another has taken its place', async () => {
      expect(await one.ask(model)).toBe('hello from a job')
      return (await one.replicas()).find(({ id }) => id === first!.id)?.state === 'stopped'
    }, patience)
    expect((await one.replicas()).find(({ id }) => id === first!.id)?.reason).toBe('Another has taken its place before its walltime ends.')
    expect(await live(one)).toBe(1)
  })

  test('quitting cancels the jobs, unless they are to be kept: those are adopted at the next start', async () => {
    const kept = deployment({ model: 'org/kept', keepRunning: true })
    const one = await open({ ...lab(deployment()), deployments: [deployment(), kept] })
    await Promise.all([one.ask(model), one.ask('org/kept')])
    const [before] = (await one.replicas()).filter((replica) => replica.model === 'org/kept')
    await one.core.close()
    await until('one job is left', async () => (await jobs()).join() === `${before!.id} RUNNING`)
    await one.restart()
    expect(await one.ask('org/kept')).toBe('hello from a job')
    expect((await one.replicas()).filter((replica) => replica.model === 'org/kept')).toMatchObject([{ id: before!.id, handle: before!.handle, state: 'live' }])
    await one.core.close()
    await one.configure({ clusters: [] })
    await one.restart()
    await until('the cluster that is gone has no job', async () => (await jobs()).length === 0)
  })

  test.each([
    ['a queue that is none', { queue: 'nosuch' }, 'has no queue "nosuch"'],
    ['an account that may not', { queue: 'members', account: 'chemistry' }, '"chemistry"'],
    ['a work folder that cannot be', { workDir: '/proc/nowhere' }, '/proc/nowhere'],
  ])('%s is said at once, and requests go where the model is served', async (_what, more, words) => {
    const one = await open(lab(deployment(), more))
    await expect(one.ask(model)).rejects.toMatchObject({ message: expect.stringContaining(words) as string })
    const server = await startOpenAiServer({ models: [model] })
    await one.configure({ clusters: [lab(deployment(), more), { name: 'other', kind: 'direct', url: server.url }] })
    await until('the other cluster is known', async () => (await one.clusters()).some(({ name, models }) => name === 'other' && models.length > 0))
    await one.ask(model)
    expect(server.chats).toHaveLength(1)
    await server.close()
  })

  test.runIf(canMount)(`a full work disk is said at once${note}`, async () => {
    const disk = mountSmallDisk(1)!
    try {
      await mkdir(join(disk.path, 'work'))
      const one = await open(lab(deployment(), { workDir: join(disk.path, 'work') }))
      await until('the folders are there', async () => (await one.clusters()).find(({ name }) => name === 'lab')?.nodes !== undefined)
      await writeFile(join(disk.path, 'ballast'), Buffer.alloc(2 ** 20)).catch(() => undefined)
      await expect(one.ask(model)).rejects.toMatchObject({ message: expect.stringContaining('is full') as string })
    } finally {
      await site?.close()
      disk.remove()
    }
  })

  test('a node that vanishes takes its replica along, and requests are served again when it is back', async () => {
    const node = hostname().split('.')[0]!
    const one = await open(lab(deployment()))
    await one.ask(model)
    const [first] = await one.replicas()
    await slurm.command('scontrol', 'update', `NodeName=${node}`, 'State=DOWN', 'Reason=test')
    const left = async () => (await one.replicas()).find(({ id }) => id === first!.id)
    // Slurm gives the job's processes some time to end; until then the replica may still answer.
    await until('the replica has failed', async () => (await left())?.state === 'failed')
    expect(await left()).toMatchObject({ reason: 'A node of the job failed.' })
    const answer = one.ask(model)
    // A node that reports back is up again by itself (slurm.conf(5), ReturnToService).
    await slurm.command('scontrol', 'update', `NodeName=${node}`, 'State=RESUME').catch(() => '')
    expect(await answer).toBe('hello from a job')
  })

  test('a squeue that hangs holds up neither what is live nor another cluster, nor what is told of all', async () => {
    const server = await startOpenAiServer({ models: ['org/other'] })
    const bin = join(scratch, 'bin')
    await mkdir(bin)
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`)
    const cold = deployment({ model: 'org/other' })
    const one = await open({ ...lab(deployment({ keepRunning: true })), deployments: [deployment({ keepRunning: true }), cold] }, { name: 'other', kind: 'direct', url: server.url })
    await one.ask(model)
    await writeFile(join(bin, 'squeue'), '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 })
    await one.restart()
    expect((await one.clusters()).map(({ name, isReachable }) => [name, isReachable])).toContainEqual(['other', true])
    expect(await one.ask(model)).toBe('hello from a job')
    await one.ask('org/other')
    expect(server.chats).toHaveLength(1)
    await rm(join(bin, 'squeue'))
    await slurm.command('scancel', (await one.replicas())[0]!.handle!)
    await server.close()
  })
})
