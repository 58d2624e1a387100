import { beforeEach, describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import type { Logger } from '@main/core/logger'
import type { Lease } from '@main/clusters/cluster-adapter'
import { createModelRunner, type ModelRunner } from '@main/clusters/local/model-runner'
import { manualTimers, settled, type ManualTimers } from './manual-timers'
import { scriptedEngine, type ScriptedEngine } from './scripted-engine'

const logger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => logger }
const idleTimeoutMs = 100_000

describe('a model of this machine', () => {
  let timers: ManualTimers
  let engine: ScriptedEngine
  let runner: ModelRunner
  let statuses: string[]
  const forever = new AbortController().signal

  beforeEach(() => {
    timers = manualTimers()
    engine = scriptedEngine()
    statuses = []
    runner = createModelRunner({ model: 'm', start: (signal) => engine.start({}, signal), idleTimeoutMs, timers, logger, onChange: () => statuses.push(runner.state().status) })
  })

  const makeLive = async (): Promise<void> => {
    const lease = runner.acquire(forever)
    engine.succeed()
    ;(await lease).release()
  }

  it('is offline until somebody asks for it', () => {
    expect(runner.state()).toEqual({ status: 'offline' })
    expect(engine.starts).toHaveLength(0)
  })

  it('starts once for all who ask, and they wait for it', async () => {
    const leases = Promise.all([runner.acquire(forever), runner.acquire(forever), runner.acquire(forever)])
    expect(runner.state().status).toBe('starting')
    engine.succeed()
    expect((await leases).map(({ baseUrl, headers, model }) => ({ baseUrl, headers, model }))).toEqual(Array(3).fill({ baseUrl: 'http://127.0.0.1:4001/v1', headers: { authorization: 'Bearer key-1' }, model: 'm' }))
    expect(engine.starts).toHaveLength(1)
    expect(statuses).toEqual(['starting', 'live'])
  })

  it('says how far its start is', () => {
    void runner.acquire(forever).catch(() => undefined)
    runner.setProgress(0.51)
    expect(runner.state()).toEqual({ status: 'starting', progress: 0.5 })
    runner.setProgress(0.52)
    expect(statuses).toEqual(['starting', 'starting'])
  })

  it('goes on starting when one who waits leaves', async () => {
    const leaving = new AbortController()
    const left = runner.acquire(leaving.signal)
    const stays = runner.acquire(forever)
    leaving.abort(new FirstError('cancelled', 'gone'))
    await expect(left).rejects.toMatchObject({ code: 'cancelled' })
    engine.succeed()
    expect((await stays).model).toBe('m')
  })

  it('tells why it did not start, and tries again at the next request', async () => {
    const first = runner.acquire(forever)
    engine.fail(new FirstError('out_of_memory', 'm needs 9 GB.'))
    await expect(first).rejects.toMatchObject({ code: 'out_of_memory' })
    expect(runner.state()).toEqual({ status: 'failed', reason: 'm needs 9 GB.' })
    await makeLive()
    expect(runner.state()).toEqual({ status: 'live' })
  })

  it('is restarted when it dies, after 1 s and then 2 s', async () => {
    await makeLive()
    engine.running[0]?.crash('')
    await settled()
    expect(runner.state().status).toBe('starting')
    await timers.advance(999)
    expect(engine.starts).toHaveLength(1)
    await timers.advance(1)
    expect(engine.starts).toHaveLength(2)
    engine.succeed()
    await settled()
    engine.running[0]?.crash('')
    await settled()
    await timers.advance(1999)
    expect(engine.starts).toHaveLength(2)
    await timers.advance(1)
    expect(engine.starts).toHaveLength(3)
  })

  const crashThrice = async (): Promise<void> => {
    await makeLive()
    for (let count = 0; count < 3; count++) {
      if (count > 0) engine.succeed()
      await settled()
      engine.running[0]?.crash('loading\nCUDA error: out of memory\n')
      await settled()
      await timers.advance(4000)
    }
  }

  it('is given up after three quick deaths, with the last line of its log', async () => {
    await crashThrice()
    expect(engine.starts).toHaveLength(3)
    expect(runner.state()).toEqual({ status: 'failed', reason: 'The model "m" died 3 times soon after its start: CUDA error: out of memory' })
    await expect(runner.acquire(forever)).rejects.toMatchObject({ code: 'model_failed', info: { logTail: expect.stringContaining('loading') as string } })
  })

  it('is tried again by the first request after a minute', async () => {
    await crashThrice()
    await timers.advance(60_000)
    expect(engine.starts).toHaveLength(3)
    await makeLive()
    expect(runner.state()).toEqual({ status: 'live' })
  })

  it('is not given up when it dies once in a while', async () => {
    await makeLive()
    for (let count = 0; count < 5; count++) {
      await timers.advance(61_000)
      engine.running[0]?.crash('')
      await settled()
      await timers.advance(1000)
      engine.succeed()
      await settled()
    }
    expect(runner.state().status).toBe('live')
  })

  it('serves who asks while it is between a death and its restart', async () => {
    await makeLive()
    engine.running[0]?.crash('')
    await settled()
    const lease = runner.acquire(forever)
    await timers.advance(1000)
    engine.succeed()
    expect((await lease).baseUrl).toBe('http://127.0.0.1:4002/v1')
  })

  it('tells who cannot reach it whether it has ended', async () => {
    const first = runner.acquire(forever)
    engine.succeed()
    const lease = await first
    const hasEnded = lease.hasEnded?.()
    await timers.advance(2000)
    expect(await hasEnded).toBe(false)
    const asked = lease.hasEnded?.()
    engine.running[0]?.crash('')
    expect(await asked).toBe(true)
    expect(runner.state().status).toBe('starting')
  })

  it('is unloaded when nobody asks for long', async () => {
    await makeLive()
    await timers.advance(idleTimeoutMs - 1)
    expect(engine.running).toHaveLength(1)
    await timers.advance(1)
    expect(engine.running).toHaveLength(0)
    expect(runner.state()).toEqual({ status: 'offline' })
    await makeLive()
    expect(engine.starts).toHaveLength(2)
  })

  it('is kept by a request in flight, however long it takes', async () => {
    const leased = runner.acquire(forever)
    engine.succeed()
    const lease = await leased
    await timers.advance(idleTimeoutMs * 3)
    expect(engine.running).toHaveLength(1)
    lease.release()
    lease.release()
    await timers.advance(idleTimeoutMs)
    expect(engine.running).toHaveLength(0)
  })

  it('stops at the end, and stays stopped', async () => {
    await makeLive()
    await runner.close()
    expect(engine.running).toHaveLength(0)
    await expect(runner.acquire(forever)).rejects.toMatchObject({ code: 'model_not_found' })
  })

  const leaseLive = async (): Promise<Lease> => {
    const lease = runner.acquire(forever)
    engine.succeed()
    return lease
  }

  it('that is removed ends with its last request, and takes no new one', async () => {
    const lease = await leaseLive()
    const retired = runner.retire()
    await settled()
    expect(engine.running).toHaveLength(1)
    await expect(runner.acquire(forever)).rejects.toMatchObject({ code: 'model_not_found' })
    lease.release()
    await retired
    expect(engine.running).toHaveLength(0)
  })

  it('that is removed and not in use stops at once', async () => {
    await makeLive()
    await runner.retire()
    expect(engine.running).toHaveLength(0)
  })

  it('that dies while its last request ends is not started again', async () => {
    const lease = await leaseLive()
    const retired = runner.retire()
    engine.running[0]?.crash('')
    await settled()
    lease.release()
    await retired
    await timers.advance(10_000)
    expect(engine.starts).toHaveLength(1)
  })

  it('does not wait for its last request when the app ends', async () => {
    await leaseLive()
    void runner.retire()
    await runner.close()
    expect(engine.running).toHaveLength(0)
  })

  it('stops a start under way at the end, and tells who waits', async () => {
    const waiting = runner.acquire(forever)
    const closed = runner.close()
    await expect(waiting).rejects.toMatchObject({ code: 'shutting_down' })
    await closed
    expect(engine.running).toHaveLength(0)
  })

  it('is not restarted after its end', async () => {
    await makeLive()
    engine.running[0]?.crash('')
    await settled()
    await runner.close()
    await timers.advance(10_000)
    expect(engine.starts).toHaveLength(1)
  })
})
