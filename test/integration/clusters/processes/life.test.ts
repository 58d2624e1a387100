import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aliveOf, createWorkbench, isAlive, never, scripted, untilPrinted, untilReady, type Workbench } from './workbench'

let bench: Workbench
beforeEach(async () => {
  bench = await createWorkbench()
})
afterEach(() => bench.close())

const pidOf = async (id: string): Promise<number> => {
  const state = JSON.parse(await readFile(join(bench.dataDir, 'replicas', id, 'state.json'), 'utf8')) as { pid: number }
  return state.pid
}

describe('a replica as a process', () => {
  it('is started, answers at the address that is told, and is stopped', async () => {
    const handle = await bench.start('fd-a', '--key ${key}')
    const running = await bench.replica('fd-a')
    expect(running).toMatchObject({ id: 'fd-a', handle, state: 'running', baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/) as string })
    await untilReady(running)
    const answer = await fetch(`${running.baseUrl!}/chat/completions`, { method: 'POST', headers: { authorization: 'Bearer the-key-of-this-replica' }, body: '{"model":"m"}' })
    expect(await answer.text()).toContain('one two three')
    await bench.host.stop(handle, { graceS: 10 }, never)
    expect(await bench.replica('fd-a')).toMatchObject({ state: 'ended', exitCode: 0, reason: 'It was stopped.' })
    expect(await bench.host.logTail('fd-a', never)).toContain('SIGTERM')
  })

  it('is stopped once more without complaint, and one that nobody knows too', async () => {
    const handle = await bench.start('fd-a')
    await bench.host.stop(handle, { graceS: 10 }, never)
    await bench.host.stop(handle, { graceS: 10 }, never)
    await bench.host.stop('1@nothing', { graceS: 10 }, never)
  })

  it('is started once, however often it is asked for', async () => {
    const [one, two] = await Promise.all([bench.start('fd-a'), bench.start('fd-a')])
    expect(two).toBe(one)
    expect(await bench.another().start({ id: 'fd-a', deployment: scripted(), key: 'k' }, never)).toBe(one)
    expect(await bench.host.observe(never)).toHaveLength(1)
  })

  it('that refuses to end is killed with its whole group', async () => {
    const handle = await bench.start('fd-a', '--ignore-sigterm --with-child')
    const child = Number((await untilPrinted(bench.host, 'fd-a', /^child (\d+)$/m))[1])
    await untilReady(await bench.replica('fd-a'))
    const leader = await pidOf('fd-a')
    await bench.host.stop(handle, { graceS: 0 }, never)
    expect(await aliveOf([leader, child])).toEqual([])
    expect(await bench.replica('fd-a')).toMatchObject({ state: 'ended', reason: 'It was stopped: it did not end when it was asked to, and was killed.' })
  })

  it('that dies takes the processes with it that it left behind', async () => {
    await bench.start('fd-a', '--with-child --key k')
    const child = Number((await untilPrinted(bench.host, 'fd-a', /^child (\d+)$/m))[1])
    const running = await bench.replica('fd-a')
    await untilReady(running)
    await fetch(new URL('/crash', running.baseUrl), { method: 'POST', headers: { authorization: 'Bearer k' } })
    expect(await bench.until('fd-a', 'ended')).toMatchObject({ exitCode: 1, reason: 'It ended with exit code 1: crashed, as it was told' })
    expect(await isAlive(child)).toBe(false)
  })

  it('that crashes at its start leaves its exit code and what it printed', async () => {
    await bench.start('fd-a', `--prints 'loading weights' --crash-at-start 'ValueError: no such dtype' --exit-code 7`)
    expect(await bench.until('fd-a', 'ended')).toMatchObject({ exitCode: 7, reason: 'It ended with exit code 7: ValueError: no such dtype' })
    expect(await bench.host.logTail('fd-a', never)).toBe('loading weights\nValueError: no such dtype\n')
  })

  it('that is killed from outside is seen, with what killed it', async () => {
    await bench.start('fd-a')
    const [, engine] = await untilPrinted(bench.host, 'fd-a', /as process (\d+)$/m)
    process.kill(Number(engine), 'SIGKILL')
    expect(await bench.until('fd-a', 'ended')).toMatchObject({ exitCode: 137, reason: expect.stringContaining('SIGKILL') as string })
  })

  it('whose group is killed from outside is seen to be gone', async () => {
    await bench.start('fd-a')
    process.kill(-(await pidOf('fd-a')), 'SIGKILL')
    const ended = await bench.until('fd-a', 'ended')
    expect(ended.reason).toContain('gone')
    expect(ended).not.toHaveProperty('exitCode')
  })

  it.runIf(process.platform === 'linux')('whose watcher alone is killed still runs, and is stopped', async () => {
    const handle = await bench.start('fd-a', '--with-child')
    await untilReady(await bench.replica('fd-a'))
    const child = Number((await untilPrinted(bench.host, 'fd-a', /^child (\d+)$/m))[1])
    process.kill(await pidOf('fd-a'), 'SIGKILL')
    expect(await bench.replica('fd-a')).toMatchObject({ state: 'running' })
    await bench.host.stop(handle, { graceS: 0 }, never)
    expect(await isAlive(child)).toBe(false)
    expect(await bench.replica('fd-a')).toMatchObject({ state: 'ended' })
  })

  it('gets the variables it was given, those of the machine, and no other', async () => {
    const outer = { PATH: process.env['PATH'], HOME: bench.dataDir, LC_ALL: 'C', OPENAI_API_KEY: 'a secret', FIRST_DESKTOP_TOKEN: 'another' }
    const host = bench.another({ env: outer })
    const launch = `'${process.execPath}' -e 'console.log(JSON.stringify(process.env))'`
    await host.start({ id: 'fd-env', deployment: scripted('', { launch, env: { MY_SETTING: '${model}' } }), key: 'the key' }, never)
    await bench.until('fd-env', 'ended')
    const seen = JSON.parse(await host.logTail('fd-env', never)) as Record<string, string>
    expect(seen).toMatchObject({ HOME: bench.dataDir, LC_ALL: 'C', MY_SETTING: 'org/scripted', FIRST_ENGINE_KEY: 'the key', FIRST_REPLICA: 'fd-env' })
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['OPENAI_API_KEY']))
    expect(JSON.stringify(seen)).not.toMatch(/secret|another/)
  })

  it('is one of ten that are started at once, each with a port of its own, and all are stopped at once', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `fd-${index}`)
    const handles = await Promise.all(ids.map((id) => bench.start(id)))
    const observed = await bench.host.observe(never)
    expect(observed.filter(({ state }) => state === 'running')).toHaveLength(10)
    expect(new Set(observed.map(({ baseUrl }) => baseUrl)).size).toBe(10)
    const pids = await Promise.all(ids.map(pidOf))
    await Promise.all(handles.map((handle) => bench.host.stop(handle, { graceS: 20 }, never)))
    expect(await aliveOf(pids)).toEqual([])
  })
})
