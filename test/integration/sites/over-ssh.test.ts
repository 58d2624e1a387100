import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { CommandRunner } from '@main/clusters/commands/command-runner'
import { createRunnerOverSsh } from '@main/clusters/commands/over-ssh'
import { createPbsHost } from '@main/clusters/pbs/pbs-host'
import { createSlurmHost } from '@main/clusters/slurm/slurm-host'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasSlurm, startSlurm, type TestSlurm } from '../../fixtures/slurm'
import { hasSshd, startSshd, type TestSshd } from '../../fixtures/sshd'
import { until } from '../../fixtures/until'
import { ask, deploymentOf, isOver, isUp, never, requestOf, seen } from './site'

describe.runIf(hasSshd() && hasSlurm())('over a real ssh', { timeout: 120_000 }, () => {
  let slurm: TestSlurm
  let sshd: TestSshd
  let workDir: string
  beforeAll(async () => {
    ;[slurm, sshd] = await Promise.all([startSlurm(), startSshd()])
    workDir = await mkdtemp(join(tmpdir(), "fd-site it's $HOME-"))
  })
  afterAll(async () => {
    await Promise.all([slurm.stop(), sshd.stop()])
    await rm(workDir, { recursive: true, force: true })
  })
  const runnerTo = (more: { forwardsPorts?: boolean; timeoutMs?: number; host?: string } = {}): CommandRunner =>
    createRunnerOverSsh({ ssh: { host: more.host ?? sshd.host, configFile: sshd.configFile, forwardsPorts: more.forwardsPorts ?? true }, env: slurm.env, ...(more.timeoutMs !== undefined && { timeoutMs: more.timeoutMs }) })
  const sshProcesses = async (): Promise<string> => (await promisify(execFile)('ps', ['-eo', 'args'])).stdout.split('\n').filter((line) => line.startsWith('ssh ') && line.includes(sshd.configFile)).join('\n')
  const logins = async (): Promise<number> => (await sshd.log()).match(/Accepted publickey/g)?.length ?? 0

  test.each([['slurm', createSlurmHost], ['pbs', createPbsHost]] as const)('a replica of %s starts, is reached through a forwarded port, and stops, all on one login', async (_kind, create) => {
    const before = await logins()
    const host = create({ name: 'lab', submitOptions: [], workDir, queue: 'debug' }, { runner: runnerTo(), now: () => Date.now() })
    const request = requestOf(deploymentOf(['--prints', "it's $HOME; `id`"]))
    const handle = await host.start(request, never)
    const live = await seen(host, request.id, isUp)
    expect(await ask(live.baseUrl!, request.key)).toMatchObject({ status: 200 })
    expect((await seen(host, request.id, isUp)).baseUrl).toBe(live.baseUrl)
    expect(await host.logTail(request.id, never)).toContain("it's $HOME; `id`")

    await host.stop(handle, { graceS: 0 }, never)
    await seen(host, request.id, isOver)
    await expect(fetch(`${live.baseUrl!}/models`)).rejects.toThrow()
    expect(await logins()).toBe(before + 1)
    await host.close()
  })

  test('the same address is reached again after the connection was lost, and close leaves neither a process nor a folder', async () => {
    const runner = runnerTo()
    const { port, close } = await startEcho()
    const address = await runner.reach({ host: '127.0.0.1', port }, never)
    expect(await (await fetch(`http://127.0.0.1:${address.port}`)).text()).toBe('here')

    const before = await logins()
    await sshd.drop()
    await until('it is reached again', async () => (await runner.reach({ host: '127.0.0.1', port }, never)).port === address.port && (await (await fetch(`http://127.0.0.1:${address.port}`)).text()) === 'here')
    expect(await logins()).toBe(before + 1)

    const controlPath = / -S (\S+)/.exec(await sshProcesses())?.[1] ?? ''
    expect(existsSync(controlPath)).toBe(true)
    await runner.close()
    await expect(fetch(`http://127.0.0.1:${address.port}`)).rejects.toThrow()
    expect([await sshProcesses(), existsSync(dirname(controlPath))]).toEqual(['', false])
    await expect(runner.run(['true'], { signal: never })).rejects.toMatchObject({ code: 'shutting_down' })
    await close()
  })

  test('what the shell of a site prints before each command is no part of any answer', async () => {
    const greeting = await startSshd({ settings: [`ForceCommand echo "Welcome to the lab."; eval "$SSH_ORIGINAL_COMMAND"`] })
    try {
      const host = createSlurmHost({ name: 'lab', submitOptions: [], workDir }, { runner: createRunnerOverSsh({ ssh: { host: greeting.host, configFile: greeting.configFile, forwardsPorts: true }, env: slurm.env }), now: () => Date.now() })
      const request = requestOf(deploymentOf(['--prints', 'my key is ${key}']))
      const handle = await host.start(request, never)
      expect((await ask((await seen(host, request.id, isUp)).baseUrl!, request.key)).status).toBe(200)
      expect(await host.logTail(request.id, never)).not.toContain(request.key)
      expect((await host.capacity(never)).nodes?.total).toBe(1)
      await host.stop(handle, { graceS: 0 }, never)
      await host.close()
    } finally {
      await greeting.stop()
    }
  })

  test('arguments come through as they are, and so does the input', async () => {
    const runner = runnerTo()
    const words = ['', 'a b', "it's", '"', '$HOME', '`id`', '\\', '*', '!x', 'ü\n\ttwo', '-n', '~', '#']
    const { stdout } = await runner.run(['sh', '-c', 'cat; printf "<%s>" "$@"', 'sh', ...words], { signal: never, input: 'in\n' })
    expect(stdout).toBe(`in\n${words.map((word) => `<${word}>`).join('')}`)
    expect(await runner.run(['sh', '-c', 'echo no >&2; exit 7'], { signal: never })).toEqual({ code: 7, stdout: '', stderr: 'no\n' })
    await runner.close()
  })

  test('a command that hangs there is given up, and ended there too', async () => {
    const runner = runnerTo({ timeoutMs: 300 })
    const mark = `6${process.pid}.5`
    await expect(runner.run(['sleep', mark], { signal: never })).rejects.toMatchObject({ code: 'upstream_unreachable', message: 'sleep on login1 did not answer within 1 s.' })
    await until('nothing sleeps there', async () => !(await runner.run(['ps', '-eo', 'args'], { signal: never, timeoutMs: 10_000 })).stdout.includes(`sleep ${mark}`))
    await runner.close()
  })

  test('many commands at once take turns on the one connection, as a host that asks for a code at each login needs it', async () => {
    const runner = runnerTo()
    await runner.run(['true'], { signal: never })
    const letIn = await shutOut(sshd)
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => runner.run(['sh', '-c', 'sleep 0.3; echo done'], { signal: never })))
    await letIn()
    expect(outcomes).toMatchObject(outcomes.map(() => ({ status: 'fulfilled', value: { code: 0, stdout: 'done\n' } })))
    await runner.close()
  })

  test('one that is given up while it waits for its turn holds up nobody', async () => {
    const runner = runnerTo()
    const leaving = new AbortController()
    const all = Array.from({ length: 12 }, () => runner.run(['sleep', '60'], { signal: leaving.signal }))
    const next = runner.run(['echo', 'next'], { signal: never })
    leaving.abort(new Error('It is not wanted any more.'))
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(all.map(() => 'rejected'))
    expect((await next).stdout).toBe('next\n')
    await runner.close()
  })

  test('a host that opens no more sessions on the connection is told apart from a command that fails there', async () => {
    const narrow = await startSshd({ settings: ['MaxSessions 1'] })
    const [runner, other] = [createRunnerOverSsh({ ssh: { host: narrow.host, configFile: narrow.configFile, forwardsPorts: true } }), runnerTo()]
    await runner.run(['true'], { signal: never }) // by a login of its own
    await shutOut(narrow)
    await expect(runner.run(['true'], { signal: never })).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('login1 opens no more sessions on one connection (ssh: mux_client_request_session') as string })
    expect(await other.run(['sh', '-c', 'echo "Permission denied" >&2; exit 255'], { signal: never })).toMatchObject({ code: 255 })
    await Promise.all([runner.close(), other.close()])
    await narrow.stop()
  })

  test('a host that does not let us in, and one that is none, are told apart', async () => {
    const stranger = createRunnerOverSsh({ ssh: { host: sshd.host, configFile: sshd.configFile, user: 'nobody', forwardsPorts: true } })
    await expect(stranger.run(['true'], { signal: never })).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('does not let us in without a password') as string })
    const nowhere = runnerTo({ host: 'no-such-host.invalid' })
    await expect(nowhere.run(['true'], { signal: never })).rejects.toMatchObject({ code: 'upstream_unreachable', message: expect.stringContaining('there is no host no-such-host.invalid') as string })
    await Promise.all([stranger.close(), nowhere.close()])
  })
})

/** Nobody logs in anew until this is undone; what is connected stays. */
async function shutOut({ folder }: TestSshd): Promise<() => Promise<void>> {
  const file = join(folder, 'authorized_keys')
  const keys = await readFile(file)
  await writeFile(file, '')
  return () => writeFile(file, keys)
}

async function startEcho(): Promise<{ port: number; close: () => Promise<void> }> {
  const server = createServer((_request, response) => response.setHeader('connection', 'close').end('here')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close: async () => { server.close(); await once(server, 'close') } }
}
