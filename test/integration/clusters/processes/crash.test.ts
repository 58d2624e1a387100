import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildReplicaParent, type ModuleBuild } from '../../../fixtures/bundle-module'
import { until } from '../../../fixtures/until'
import { createWorkbench, isAlive, never, scriptedEngine, untilReady, type Workbench } from './workbench'

let parent: ModuleBuild
let bench: Workbench

beforeAll(async () => {
  parent = await buildReplicaParent()
})
afterAll(() => parent.remove())
beforeEach(async () => {
  bench = await createWorkbench()
})
afterEach(() => bench.close())

/** An app that starts replicas, to be killed. */
function parentWith(ids: readonly string[]): { readonly child: ChildProcess; readonly lines: AsyncIterator<string> } {
  const child = spawn(process.execPath, [parent.module, bench.dataDir, scriptedEngine, ...ids], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

describe('after the app was killed', () => {
  it('its replicas run on, are found again with their handles, and are stopped by the next', async () => {
    const ids = ['fd-1', 'fd-2', 'fd-3', 'fd-4', 'fd-5']
    const { child, lines } = parentWith(ids)
    const handles = new Map<string, string>()
    while (handles.size < ids.length) {
      // The first line says only that it begins.
      const [id = '', handle] = String((await lines.next()).value).split(' ')
      if (handle !== undefined) handles.set(id, handle)
    }
    await kill(child)
    const observed = await bench.host.observe(never)
    expect(observed.map(({ id, state }) => [id, state]).sort()).toEqual(ids.map((id) => [id, 'running']))
    for (const replica of observed) {
      expect(replica.handle).toBe(handles.get(replica.id))
      await untilReady(replica)
    }
    expect(await bench.start('fd-1')).toBe(handles.get('fd-1'))
    await Promise.all(observed.map(({ handle }) => bench.host.stop(handle, { graceS: 20 }, never)))
    expect((await bench.host.observe(never)).map(({ state }) => state)).toEqual(ids.map(() => 'ended'))
  })

  it('at any moment of a start, either the replica is known or nothing of it runs', async () => {
    for (let round = 0; round < 8; round++) {
      const { child, lines } = parentWith([`fd-${round}`])
      // Says `starting` before it begins; what follows depends on how fast the machine is.
      await lines.next()
      for (let turn = 0; turn < round * 3; turn++) await new Promise((done) => setImmediate(done))
      await kill(child)
    }
    // Those that wait for their word go by themselves when it cannot come any more.
    await until('all that runs is known', async () => (await supervisorsOf(bench.dataDir)).length === (await bench.host.observe(never)).filter(({ state }) => state === 'running').length)
    const known = await bench.host.observe(never)
    expect((await readdir(join(bench.dataDir, 'replicas'))).sort()).toEqual(known.map(({ id }) => id).sort())
  })

  it('a number that belongs to a stranger by now is left alone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true })
    await once(stranger, 'spawn')
    const folder = join(bench.dataDir, 'replicas', 'fd-old')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'state.json'), JSON.stringify({ id: 'fd-old', model: 'm', pid: stranger.pid, processStart: 'long ago', port: 20_000, startedAtMs: Date.now() }))
    const [old] = await bench.host.observe(never)
    expect(old).toMatchObject({ id: 'fd-old', state: 'ended' })
    await bench.host.stop(old!.handle, { graceS: 0 }, never)
    expect(await isAlive(stranger.pid!)).toBe(true)
    await kill(stranger)
  })

  it('a state that is torn is left as it is, and hides no other', async () => {
    await bench.start('fd-whole')
    await mkdir(join(bench.dataDir, 'replicas', 'fd-torn'))
    await writeFile(join(bench.dataDir, 'replicas', 'fd-torn', 'state.json'), '{"id":"fd-to')
    expect((await bench.host.observe(never)).map(({ id }) => id)).toEqual(['fd-whole'])
    await expect(bench.start('fd-torn')).rejects.toMatchObject({ code: 'data_unreadable' })
    expect(await readdir(join(bench.dataDir, 'replicas', 'fd-torn'))).toEqual(['state.json'])
  })
})

async function supervisorsOf(dataDir: string): Promise<readonly string[]> {
  const ps = spawn('ps', ['-A', '-o', 'pid=,args='], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  for await (const line of createInterface({ input: ps.stdout })) if (line.includes(`${join(dataDir, 'replicas')}/`) && line.includes('/bin/sh -c')) lines.push(line)
  return lines
}
