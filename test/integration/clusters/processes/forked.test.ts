import { createProcessTable } from '@main/clusters/local/processes/process-table'
import { createNodeChildHost } from '@main/engines/child-host'
import { createForkedSupervisors } from '@main/engines/supervisor/forked-supervisor'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildSupervisorChild, type ModuleBuild } from '../../../fixtures/bundle-module'
import { aliveOf, createWorkbench, never, scripted, untilReady, type Workbench } from './workbench'

let child: ModuleBuild
let bench: Workbench
beforeAll(async () => {
  child = await buildSupervisorChild()
})
afterAll(() => child.remove())
beforeEach(async () => {
  bench = await createWorkbench({ startSupervisor: createForkedSupervisors(createNodeChildHost({ buildDir: child.buildDir })) })
})
afterEach(() => bench.close())

describe('a replica that is started by way of a child, as in Electron', () => {
  it('answers, and is stopped as any other', async () => {
    const handle = await bench.start('fd-a')
    await untilReady(await bench.replica('fd-a'))
    await bench.host.stop(handle, { graceS: 10 }, never)
    expect(await bench.replica('fd-a')).toMatchObject({ state: 'ended', exitCode: 0, reason: 'It was stopped.' })
  })

  it('tells its exit code when it ends by itself', async () => {
    await bench.start('fd-a', '--crash-at-start "out of memory"')
    expect(await bench.until('fd-a', 'ended')).toMatchObject({ exitCode: expect.any(Number) as number })
    expect(await bench.host.logTail('fd-a', never)).toContain('out of memory')
  })

  it('leaves nothing where its start cannot be written down', async () => {
    const pids: number[] = []
    const processes = createProcessTable()
    const forgetful = bench.another({
      processes: {
        ...processes,
        startOf: (pid) => {
          pids.push(pid)
          return Promise.resolve(undefined)
        },
      },
    })
    await expect(forgetful.start({ id: 'fd-a', deployment: scripted(), key: 'k' }, never)).rejects.toMatchObject({ code: 'model_failed' })
    expect(pids).toHaveLength(1)
    expect(await aliveOf(pids)).toEqual([])
    expect(await bench.host.observe(never)).toEqual([])
  })
})
