import { spawnSync } from 'node:child_process'
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunnerHere } from '@main/clusters/commands/here'
import { quoteArgv } from '@main/clusters/commands/quote'
import type { Argv, RunOptions } from '@main/clusters/commands/command-runner'
import type { JobSite } from '@main/clusters/jobs/workload-manager'
import type { ReplicaHost } from '@main/clusters/replica-host'
import { createSlurmHost } from '@main/clusters/slurm/slurm-host'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { until } from '../../fixtures/until'
import { ask, deploymentOf, isOver, isUp, never, requestOf, seen } from './site'

const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const
/** Only root may, and that user has to get to what is in the folder for temporary files. */
const canAskAsNobody = spawnSync(nobody[0], [...nobody.slice(1), 'test', '-x', tmpdir()]).status === 0

describe.runIf(hasSlurm())('on a real Slurm', { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let workDir: string
  beforeAll(async () => {
    slurm = await startSlurm({ settings: ['PartitionName=hidden Nodes=ALL Hidden=YES State=UP'] })
    // A name that a shell would take apart.
    workDir = join(await mkdtemp(join(tmpdir(), 'fd-site-')), "it's $HOME; a folder")
  })
  afterAll(async () => {
    await slurm.stop()
    await rm(join(workDir, '..'), { recursive: true, force: true })
  })
  afterEach(async () => {
    const ids = (await slurm.command('squeue', '--noheader', '-o', '%i')).split('\n').filter((id) => id !== '')
    if (ids.length > 0) await slurm.command('scancel', ...ids)
    await until('no job is left', async () => (await slurm.command('squeue', '--noheader')) === '')
  })
  const hostFor = (site: Partial<JobSite> = {}, env: Readonly<Record<string, string>> = {}): ReplicaHost =>
    createSlurmHost({ name: 'lab', submitOptions: [], workDir, ...site }, { runner: createRunnerHere({ env: { ...slurm.env, ...env } }), now: () => Date.now() })

  test('a replica starts as a job, says where it listens, answers with its key alone, and stops', async () => {
    const host = hostFor({ queue: 'debug' })
    const request = requestOf(deploymentOf())
    const handle = await host.start(request, never)

    const live = await seen(host, request.id, isUp)
    expect(live).toMatchObject({ handle, state: 'running', nodes: [hostname().split('.')[0]], deployment: { model: 'lab/scripted', framework: 'vllm' } })
    expect(live.endsAtMs! - live.startedAtMs!).toBe(600_000)
    expect(await ask(live.baseUrl!, request.key)).toMatchObject({ status: 200 })
    expect(await ask(live.baseUrl!, 'another key')).toMatchObject({ status: 401 })

    await host.stop(handle, { graceS: 0 }, never)
    expect(await seen(host, request.id, isOver)).toMatchObject({ reason: 'The job was cancelled.' })
    expect(await host.logTail(request.id, never)).toContain('SIGTERM')
    await host.stop(handle, { graceS: 0 }, never)
    await host.close()
  })

  test('a replica whose job the site suspends is at no address, and is reached again when the site lets it go on', async () => {
    const host = hostFor({ queue: 'debug' })
    const request = requestOf(deploymentOf())
    const handle = await host.start(request, never)
    const { baseUrl } = await seen(host, request.id, isUp)
    await slurm.command('scontrol', 'suspend', handle)
    const suspended = await seen(host, request.id, ({ state }) => state === 'suspended')
    expect(suspended).toMatchObject({ handle, reason: 'The site has suspended the job.' })
    expect(suspended.baseUrl).toBeUndefined()
    await slurm.command('scontrol', 'resume', handle)
    expect((await seen(host, request.id, isUp)).baseUrl).toBe(baseUrl)
    expect(await ask(baseUrl!, request.key)).toMatchObject({ status: 200 })
    await host.close()
  })

  test('the key and the secrets of a deployment are in files that only their user may read, and nowhere in what Slurm knows', async () => {
    const host = hostFor()
    const request = requestOf(deploymentOf(['--prints', 'my key is ${key}'], { env: { HF_TOKEN: 'hf_planted' } }))
    const handle = await host.start(request, never)
    await ask((await seen(host, request.id, isUp)).baseUrl!, request.key)
    const folder = join(workDir, 'replicas', request.id)
    const modes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).mode & 0o077))
    expect(modes.every((mode) => mode === 0)).toBe(true)
    expect(await readFile(join(folder, 'run.sh'), 'utf8')).toContain('hf_planted')
    for (const known of [await slurm.command('scontrol', 'show', 'job', handle), await slurm.command('scontrol', 'write', 'batch_script', handle, '-')]) {
      expect(known).not.toContain(request.key)
      expect(known).not.toContain('hf_planted')
    }
    expect(await host.logTail(request.id, never)).toContain('my key is ***')
    await host.stop(handle, { graceS: 0 }, never)
    await host.close()
  })

  test('asked twice for one replica, there is one job', async () => {
    const host = hostFor()
    const request = requestOf(deploymentOf())
    const [first, second] = await Promise.all([host.start(request, never), host.start(request, never)])
    expect(await hostFor().start(request, never)).toBe(first)
    expect(second).toBe(first)
    expect((await slurm.command('squeue', '--noheader', `--name=${request.id}`, '-o', '%i')).trim()).toBe(first)
    await host.stop(first, { graceS: 0 }, never)
    await host.close()
  })

  // Root sees hidden queues anyway (partition_mgr.c of Slurm), so a job of somebody else is asked for.
  test.runIf(canAskAsNobody)(`a job in a queue that the site hides is seen, and not submitted twice${canAskAsNobody ? '' : ' (not run: nobody else can be asked as)'}`, async () => {
    const here = createRunnerHere({ env: { ...slurm.env, HOME: '/' } })
    const runner = { ...here, run: (argv: Argv, options: RunOptions) => here.run([...nobody, ...argv], options) }
    const theirs = join(slurm.folder, 'nobody')
    await mkdir(theirs)
    await chown(theirs, 65_534, 65_534)
    const site = (): ReplicaHost => createSlurmHost({ name: 'lab', queue: 'hidden', submitOptions: [], workDir: theirs }, { runner, now: () => Date.now() })
    const request = requestOf(deploymentOf([], { launch: 'sleep 600' }))
    const handle = await site().start(request, never)
    expect(await seen(site(), request.id, ({ state }) => state !== 'queued')).toMatchObject({ handle, state: 'running' })
    expect(await site().start(request, never)).toBe(handle)
  })

  test('what waits says why, and what an administrator cancels is seen', async () => {
    const host = hostFor()
    const request = requestOf(deploymentOf([], { resources: { nodes: 1, gpus: 0, cores: 2 } }))
    await slurm.command('scontrol', 'update', 'PartitionName=debug', 'State=DOWN')
    const handle = await host.start(request, never)
    expect(await seen(host, request.id, ({ state, reason }) => state === 'queued' && reason?.includes('looked') === false)).toMatchObject({ reason: 'The queue is down.' })
    await slurm.command('scontrol', 'update', 'PartitionName=debug', 'State=UP')
    await seen(host, request.id, isUp)

    const behind = requestOf(deploymentOf([], { resources: { nodes: 1, gpus: 0, cores: 2 } }))
    const behindHandle = await host.start(behind, never)
    const waiting = await seen(host, behind.id, ({ estimatedStartMs, reason }) => estimatedStartMs !== undefined && reason === 'It waits for nodes to be free.')
    expect(waiting.state).toBe('queued')
    expect(waiting.estimatedStartMs).toBeGreaterThan(Date.now())
    expect(await host.capacity(never)).toMatchObject({ nodes: { free: 0, total: 1 }, gpus: { total: 0 } })

    await slurm.command('scancel', handle, behindHandle)
    await seen(host, request.id, isOver)
    expect(await seen(host, behind.id, isOver)).toMatchObject({ reason: 'The job was cancelled.' })
    await host.close()
  })

  test('a job that dies at its start leaves its code and its log', async () => {
    const host = hostFor()
    const request = requestOf(deploymentOf(['--crash-at-start', 'no such weights: /models/x', '--exit-code', '3']))
    await host.start(request, never)
    expect(await seen(host, request.id, isOver)).toMatchObject({ exitCode: 3, reason: 'The job failed with code 3.' })
    expect(await host.logTail(request.id, never)).toContain('no such weights: /models/x')
    await host.close()
  })

  test('a command that is not there says so in the log', async () => {
    const host = hostFor()
    const request = requestOf(deploymentOf([], { launch: 'no-such-engine --port ${port}' }))
    await host.start(request, never)
    expect(await seen(host, request.id, isOver)).toMatchObject({ exitCode: 127 })
    expect(await host.logTail(request.id, never)).toContain('no-such-engine: command not found')
    await host.close()
  })

  test('whatever is in an argument comes to the engine as it is', async () => {
    const host = hostFor()
    const words = ['it\'s "quoted" $(touch /tmp/never) `id` \\ ; | & * ~ !', '-n', 'ümläut\tand tab', '$HOME']
    const request = requestOf(deploymentOf(words.flatMap((word) => [`--prints=${word.replaceAll('${', '$${')}`]), { env: { FD_TEST: 'a b; $(id)' } }))
    const handle = await host.start(request, never)
    await ask((await seen(host, request.id, isUp)).baseUrl!, request.key)
    const log = await host.logTail(request.id, never)
    for (const word of words) expect(log).toContain(word)
    await host.stop(handle, { graceS: 0 }, never)
    await host.close()
  })

  test('a queue or an account that is none ends in a sentence that names it, and leaves no job', async () => {
    const request = requestOf(deploymentOf())
    await expect(hostFor({ queue: 'nosuch' }).start(request, never)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('has no queue "nosuch"') as string, param: 'queue' })
    await expect(hostFor({ queue: 'members', account: 'chemistry' }).start(request, never)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('"chemistry"') as string, param: 'account' })
    await expect(hostFor({ queue: 'a b' }).start(request, never)).rejects.toMatchObject({ code: 'config_invalid', param: 'queue' })
    await expect(hostFor({ queue: 'members', account: 'physics' }).start(requestOf(deploymentOf([], { walltimeS: 7200 })), never)).rejects.toMatchObject({ code: 'config_invalid', message: expect.stringContaining('walltime') as string, param: 'walltimeS' })
    await expect(hostFor({ submitOptions: ['--no-such-option'] }).start(request, never)).rejects.toMatchObject({ code: 'config_invalid', param: 'submitOptions' })
    expect((await hostFor().observe(never)).some(({ id }) => id === request.id)).toBe(false)
  })

  test('a work folder that cannot be is named', async () => {
    await expect(hostFor({ workDir: '/proc/nowhere' }).start(requestOf(deploymentOf()), never)).rejects.toMatchObject({ code: 'data_dir_unusable', message: expect.stringContaining('/proc/nowhere') as string })
  })

  /** A squeue of a test's own, which goes before the real one. */
  const squeue = async (lines: string): Promise<void> => {
    await mkdir(join(slurm.folder, 'bin'), { recursive: true })
    await writeFile(join(slurm.folder, 'bin/squeue'), `#!/bin/sh\n${lines}\n`, { mode: 0o755 })
  }
  const hostWith = (deps: { readonly timeoutMs?: number } = {}): ReplicaHost => {
    const env = { ...slurm.env, PATH: `${join(slurm.folder, 'bin')}:${process.env['PATH'] ?? ''}` }
    return createSlurmHost({ name: 'lab', submitOptions: [], workDir }, { runner: createRunnerHere({ env, ...deps }), now: () => Date.now() })
  }

  test('a job that squeue leaves out has not ended while Slurm says otherwise, nor has one that was submitted after the question', async () => {
    const host = hostWith()
    const running = requestOf(deploymentOf())
    const handle = await hostFor().start(running, never)
    await seen(hostFor(), running.id, isUp)
    await squeue('exit 0')
    await expect(host.observe(never)).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining(`does not list job ${handle}, which is RUNNING`) as string })
    await slurm.command('scancel', handle)
    await until('Slurm says that it was cancelled', async () => (await host.observe(never)).some(({ id, reason }) => id === running.id && reason === 'The job was cancelled.'))

    const dying = requestOf(deploymentOf([], { launch: 'false' }))
    await hostFor().start(dying, never)
    await until('it is over', async () => (await slurm.command('squeue', '--noheader', '-o', '%j')) === '')
    const late = requestOf(deploymentOf())
    const note = join(workDir, 'replicas', late.id)
    // Its note comes while the list is read, and this one dies without a note, so that all are read again.
    await rm(join(workDir, 'replicas', dying.id, 'ended.json'))
    await squeue(`d=${quoteArgv([note])}; mkdir -p "$d"; echo 424242 >"$d/submitted"; exec /usr/bin/squeue "$@"`)
    const there = await hostWith().observe(never)
    expect(there.find(({ id }) => id === dying.id)).toMatchObject({ state: 'ended' })
    expect(there.some(({ id }) => id === late.id)).toBe(false)
    await rm(note, { recursive: true })
  })

  test('a squeue that hangs is given up with all that it started, and one that fails is quoted', async () => {
    const mark = `6${process.pid}.5`
    await squeue(`sleep ${mark} & wait`)
    await expect(hostWith({ timeoutMs: 2_000 }).observe(never)).rejects.toMatchObject({ code: 'upstream_unreachable', message: 'squeue did not answer within 2 s.' })
    await until('nothing sleeps', async () => !(await slurm.command('ps', '-eo', 'args')).includes(`sleep ${mark}`))

    const host = hostWith()
    // What it makes of a user whom it cannot look up, it says with code 0.
    await squeue('exec /usr/bin/squeue --noheader --user=no-such-user')
    await expect(host.observe(never)).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('Invalid user') as string })

    await squeue('echo "slurm_load_jobs error: Unable to contact slurm controller (connect failure)" >&2; exit 1')
    await expect(host.observe(never)).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('Unable to contact slurm controller') as string })
    await expect(host.start(requestOf(deploymentOf()), never)).rejects.toMatchObject({ code: 'upstream_unreachable' })

    const leaving = AbortSignal.abort(new Error('the app quits'))
    await expect(host.observe(leaving)).rejects.toThrow('the app quits')
  })
})
