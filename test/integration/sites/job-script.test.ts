import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { jobLine, runScript, type RunScriptInput } from '@main/clusters/jobs/job-script'
import type { Launch } from '@main/engines/templates/resolve-launch'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../fixtures/until'

const here = hostname()

describe('the script of a job, run by bash', () => {
  let dir: string
  const children: ChildProcess[] = []
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "fd-job it's $HOME-"))
    await writeFile(join(dir, 'key'), 'the-key\n')
  })
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await rm(dir, { recursive: true })
  })

  const launchOf = (argv: Launch['argv'], more: Partial<Launch> = {}): Launch => ({ argv, env: {}, readyPath: '/health', hasKey: true, ...more })
  const scriptOf = (launch: Launch, more: Partial<RunScriptInput> = {}): string => runScript({ id: 'fd-abcdefghijkl', launch, modules: [], reachesLoopback: true, ...more })
  const start = async (script: string, env: Record<string, string> = {}): Promise<ChildProcess> => {
    await writeFile(join(dir, 'job.sh'), `${jobLine(dir)}\n`)
    await writeFile(join(dir, 'run.sh'), script)
    const child = spawn('bash', [join(dir, 'job.sh')], { cwd: '/', env: { PATH: process.env['PATH'], SLURM_JOB_ID: '42', SLURM_SUBMIT_HOST: here, ...env }, stdio: 'ignore' })
    children.push(child)
    return child
  }
  const codeOf = async (child: ChildProcess): Promise<number | null> => {
    if (child.exitCode === null) await once(child, 'exit')
    return child.exitCode
  }
  const told = async (file: string): Promise<Record<string, unknown>> => {
    let text = ''
    await until(`${file} is there`, async () => (text = await readFile(join(dir, file), 'utf8')) !== '')
    return JSON.parse(text) as Record<string, unknown>
  }
  const log = (): Promise<string> => readFile(join(dir, 'log'), 'utf8')

  test('is one that shells can read', () => {
    const script = scriptOf(launchOf([['vllm'], ['serve'], ["it's"], [{ value: 'port' }]], { env: { A: ['b c'] }, keyFile: ['key: ', { value: 'key' }, '\n'] }), { modules: ['cuda/12'] })
    expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  })

  test('tells where the engine listens, gives it what it needs, and tells how it ended', async () => {
    const launch = launchOf([['sh'], ['-c'], ['echo "$1" "$KEY" "$(cat "$2")"; exit 5'], ['sh'], ['at ', { value: 'host' }, ':', { value: 'port' }], [{ value: 'keyFile' }]], { env: { KEY: ['is ', { value: 'key' }] }, keyFile: ['api-key: ', { value: 'key' }, '\n'] })
    expect(await codeOf(await start(scriptOf(launch)))).toBe(5)
    expect(await log()).toMatch(/^at 127\.0\.0\.1:[23]\d{4} is the-key api-key: the-key$/m)
    expect(await told('ended.json')).toMatchObject({ exitCode: 5 })
    await expect(readFile(join(dir, 'address.json'))).rejects.toThrow()
    expect(await readFile(join(dir, 'submitted'), 'utf8')).toBe('42\n')
  })

  test('on another node than the one it was submitted on, listens for the cluster and tells the name of the node', async () => {
    const child = await start(scriptOf(launchOf([['sh'], ['-c'], ['echo "$0"; sleep 100'], [{ value: 'host' }]])), { SLURM_SUBMIT_HOST: 'login1.site.example' })
    expect(await told('address.json')).toMatchObject({ id: 'fd-abcdefghijkl', job: '42', host: here })
    await expect.poll(log, { timeout: 20_000 }).toBe('0.0.0.0\n')
    child.kill('SIGTERM')
    expect(await codeOf(child)).toBe(143)
  })

  test('never lets an engine without a key listen for the cluster', async () => {
    const child = await start(scriptOf(launchOf([['touch'], ['started']], { hasKey: false })), { SLURM_SUBMIT_HOST: 'login1' })
    expect(await codeOf(child)).toBe(78)
    expect(await log()).toContain('takes no key')
    await expect(readFile(join(dir, 'started'))).rejects.toThrow()
  })

  test('passes SIGTERM on, waits for the engine, and gives its code', async () => {
    const child = await start(scriptOf(launchOf([['sh'], ['-c'], ['trap "echo draining; exit 9" TERM; echo up; while :; do sleep 0.05; done']])))
    await until('the engine is up', async () => (await log()).includes('up'))
    child.kill('SIGTERM')
    expect(await codeOf(child)).toBe(9)
    expect(await log()).toContain('draining')
    expect(await told('ended.json')).toMatchObject({ exitCode: 9 })
  })

  test('tries another port when somebody has taken this one before the engine', async () => {
    const servers: Server[] = []
    const child = await start(scriptOf(launchOf([['sh'], ['-c'], ['echo "port $0"; until [ -e go ]; do sleep 0.02; done; if [ -e second ]; then exit 0; fi; touch second; exit 1'], [{ value: 'port' }]])))
    const { port } = await told('address.json')
    servers.push(createServer().listen(Number(port), '127.0.0.1'))
    await once(servers[0]!, 'listening')
    await writeFile(join(dir, 'go'), '')
    expect(await codeOf(child)).toBe(0)
    const ports = (await log()).match(/port \d+/g)
    expect(new Set(ports).size).toBe(2)
    servers[0]!.close()
  })

  test('loads modules, and says which cannot be', async () => {
    const modules = await mkdtemp(join(tmpdir(), 'fd-modules-')) // bash expands what BASH_ENV names
    await writeFile(join(modules, 'module.sh'), 'module() { [ "$2" = cuda/12 ] && echo "loaded $2"; }; export -f module')
    const child = await start(scriptOf(launchOf([['true']]), { modules: ['cuda/12', 'nosuch'] }), { BASH_ENV: join(modules, 'module.sh') })
    expect(await codeOf(child)).toBe(78)
    expect(await log()).toBe('loaded cuda/12\nThe module nosuch cannot be loaded.\n')
    await rm(modules, { recursive: true })
  })
})
