import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReplicaHost } from '@main/clusters/replica-host'
import { createProcessHost } from '@main/clusters/local/processes/process-host'
import { mountSmallDisk } from '../../../fixtures/small-disk'
import { createWorkbench, depsOn, never, scripted, type Workbench } from './workbench'

let bench: Workbench
beforeEach(async () => {
  bench = await createWorkbench()
})
afterEach(() => bench.close())

const startOn = (host: ReplicaHost, fields: object): Promise<string> => host.start({ id: 'fd-a', deployment: scripted('', fields), key: 'k' }, never)

describe('a start that cannot be', () => {
  it.each([
    ['no-such-engine --x', /no-such-engine.* is in no folder of PATH/],
    ['/opt/no/such/engine', /\/opt\/no\/such\/engine, was not found/],
    ['./engine', /its path must begin with \//],
  ])('names the engine that is missing: %s', async (launch, message) => {
    await expect(startOn(bench.host, { launch })).rejects.toMatchObject({ code: 'model_failed', message: expect.stringMatching(message) as string })
    expect(await bench.host.observe(never)).toEqual([])
  })

  it('names the program of a template that is not installed', async () => {
    await expect(startOn(bench.host, { framework: 'vllm', launch: undefined })).rejects.toMatchObject({ message: expect.stringContaining('vllm, was not found') as string })
  })

  it('says how much memory it lacks, with what others were promised', async () => {
    await bench.start('fd-first', '', { resources: { memoryMb: 7000 } })
    await expect(startOn(bench.host, { resources: { memoryMb: 3000 } })).rejects.toMatchObject({
      code: 'out_of_memory',
      message: expect.stringMatching(/needs 3000 MB .* 8192 MB are free, of which \d+ MB are for models that are still loading/) as string,
    })
    expect((await bench.host.capacity(never)).memoryMb).toMatchObject({ total: 16_384 })
  })

  it('says that a disk is full, and leaves nothing on it', async (test) => {
    const disk = mountSmallDisk(4)
    if (disk === undefined) return test.skip('this user may not mount')
    try {
      const host = createProcessHost(depsOn(disk.path))
      await expect(startOn(host, {})).rejects.toMatchObject({ code: 'disk_full' })
      expect(await host.observe(never)).toEqual([])
    } finally {
      disk.remove()
    }
  })

  it('says that the data directory takes nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'first-no-folder-'))
    await writeFile(join(folder, 'replicas'), 'a file where the folder should be')
    const host = createProcessHost(depsOn(folder))
    await expect(startOn(host, {})).rejects.toMatchObject({ code: 'data_dir_unusable' })
    await expect(host.observe(never)).rejects.toMatchObject({ code: 'data_dir_unusable' })
    await rm(folder, { recursive: true })
  })

  it('is given up where nobody waits for it any more', async () => {
    await expect(bench.host.start({ id: 'fd-a', deployment: scripted(), key: 'k' }, AbortSignal.abort(new Error('nobody waits')))).rejects.toThrow('nobody waits')
    expect(await bench.host.observe(never)).toEqual([])
  })
})

describe('a port that is taken', () => {
  let taken: Server
  afterEach(() => taken.close())

  it('is not handed out', async () => {
    const { server, portAt } = await takePort()
    taken = server
    const draws = [portAt, portAt, Math.min(0.999, portAt + 0.01)]
    const host = bench.another({ random: () => draws.shift() ?? 0.5 })
    await startOn(host, {})
    const [replica] = await host.observe(never)
    expect(replica?.baseUrl).not.toContain(String((taken.address() as { port: number }).port))
  })

  it('by another program before the engine listened is the reason of its end', async () => {
    const { server } = await takePort()
    taken = server
    const { port } = server.address() as { port: number }
    await bench.start('fd-b', '', { launch: `'${process.execPath}' -e 'require("net").createServer().listen(${port}, "127.0.0.1")'` })
    expect((await bench.until('fd-b', 'ended')).reason).toMatch(/^Another program took its port, \d+, before it did\.$/)
  })
})

describe('a log', () => {
  it('that cannot be read is a sentence, and the end of the replica is seen all the same', async () => {
    await bench.start('fd-a', '--crash-at-start boom')
    const folder = join(bench.dataDir, 'replicas', 'fd-a')
    await rm(join(folder, 'log'))
    await mkdir(join(folder, 'log'))
    expect(await bench.until('fd-a', 'ended')).toMatchObject({ exitCode: 1, reason: expect.stringContaining('cannot be read') as string })
    expect(await bench.host.logTail('fd-a', never)).toMatch(/^\(The log, .*fd-a\/log, cannot be read: EISDIR.*\)$/)
  })

  it('of a replica that nobody knows is empty', async () => {
    expect(await bench.host.logTail('fd-none', never)).toBe('')
    expect(await bench.host.logTail('../../etc', never)).toBe('')
  })
})

describe('GPUs', () => {
  let bin: string
  let host: ReplicaHost
  beforeEach(async () => {
    bin = await mkdtemp(join(tmpdir(), 'first-bin-'))
    await writeFile(join(bin, 'nvidia-smi'), '#!/bin/sh\nprintf "0, 40960, 30000\\n1, 40960, 4\\n2, 40960, 4\\n"\n')
    await chmod(join(bin, 'nvidia-smi'), 0o755)
    host = bench.another({ env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: bench.dataDir } })
  })
  afterEach(() => rm(bin, { recursive: true }))

  const launch = `'${process.execPath}' -e 'console.log("sees " + process.env.CUDA_VISIBLE_DEVICES); setInterval(() => {}, 1000)'`
  const sees = async (id: string): Promise<string | undefined> => {
    for (;;) {
      const found = /sees (.*)/.exec(await host.logTail(id, never))
      if (found) return found[1]
    }
  }

  it('are handed out to one replica each, those first that nothing else uses, and come back', async () => {
    const start = (id: string, gpus: number): Promise<string> => host.start({ id, deployment: scripted('', { launch, resources: { gpus } }), key: 'k' }, never)
    const [handle] = await Promise.all([start('fd-two', 2), start('fd-one', 1), start('fd-none', 0)])
    expect(await host.observe(never)).toEqual(expect.arrayContaining([expect.objectContaining({ id: 'fd-two', gpus: [1, 2] }), expect.objectContaining({ id: 'fd-one', gpus: [0] }), expect.objectContaining({ id: 'fd-none', gpus: [] })]))
    expect([await sees('fd-two'), await sees('fd-one'), await sees('fd-none')]).toEqual(['1,2', '0', ''])
    expect((await host.capacity(never)).gpus).toEqual({ free: 0, total: 3 })
    await expect(start('fd-late', 1)).rejects.toMatchObject({ code: 'model_failed', message: '"org/scripted" needs 1 GPU; this machine has 3, and 0 are free.' })
    await host.stop(handle, { graceS: 10 }, never)
    expect((await host.capacity(never)).gpus).toEqual({ free: 2, total: 3 })
    await start('fd-late', 1)
    expect(await sees('fd-late')).toBe('1')
  })

  it('that the driver does not tell of are said to be missing, with its words', async () => {
    await writeFile(join(bin, 'nvidia-smi'), '#!/bin/sh\necho "NVIDIA-SMI has failed because it could not talk to the driver."\nexit 9\n')
    await expect(host.start({ id: 'fd-a', deployment: scripted('', { resources: { gpus: 1 } }), key: 'k' }, never)).rejects.toMatchObject({ message: expect.stringContaining('could not talk to the driver') as string })
    expect(await host.capacity(never)).not.toHaveProperty('gpus')
  })
})

/** Listens where a first draw of `portAt` leads. */
async function takePort(): Promise<{ readonly server: Server; readonly portAt: number }> {
  for (;;) {
    const portAt = Math.random()
    const server = createServer()
    server.listen(20_000 + Math.floor(portAt * 12_768), '127.0.0.1')
    const [outcome] = await Promise.race([once(server, 'listening').then(() => ['listening']), once(server, 'error').then(() => ['taken'])])
    if (outcome === 'listening') return { server, portAt }
  }
}
