import { beforeEach, describe, expect, it } from 'vitest'
import type { ModelStatus } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { findCandidates, know } from '@main/federation/candidates'
import { createWaitingRoom, type Ticket, type WaitingRoom } from '@main/federation/waiting-room'
import { manualTimers, settled, type ManualTimers } from '../clusters/manual-timers'
import { snapshot } from './scripted-cluster'

const loading = new FirstError('model_loading', 'It loads.')
const loadingFor = (retryAfterS: number): FirstError => new FirstError('model_loading', 'It loads.', { retryAfterS })

/** A directory of one cluster `a`, whose models are told. */
function scriptedDirectory(first: Readonly<Record<string, ModelStatus>>) {
  let known = know([snapshot('a', first)], {})
  const listeners = new Set<() => void>()
  return {
    listeners,
    candidates: (model: string) => findCandidates(known, { model, cluster: undefined, framework: undefined }),
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    says(models: Readonly<Record<string, ModelStatus>>) {
      known = know([snapshot('a', models)], {})
      for (const listener of listeners) listener()
    },
  }
}

describe('the waiting room', () => {
  let timers: ManualTimers
  let pending: number
  let directory: ReturnType<typeof scriptedDirectory>
  let room: WaitingRoom
  let random: number
  const settings = { waitingPerModel: 3, waitS: 100 }
  beforeEach(() => {
    timers = manualTimers()
    pending = 0
    random = 0
    directory = scriptedDirectory({ m: 'starting', other: 'offline' })
    room = createWaitingRoom({
      directory,
      settings: () => settings,
      clock: () => timers.now(),
      after(ms, callback) {
        pending++
        const cancel = timers.after(ms, callback)
        return () => {
          pending--
          cancel()
        }
      },
      random: () => random,
    })
  })
  /** What came of a wait, by now. */
  const wait = (ticket: Partial<Ticket> = {}): { outcome: unknown } => {
    const state: { outcome: unknown } = { outcome: 'waits' }
    room.wait({ model: 'm', failure: loading, sinceMs: timers.now(), signal: new AbortController().signal, ...ticket }).then(() => (state.outcome = 'asks'), (cause: unknown) => (state.outcome = cause))
    return state
  }

  it('sends a request on when the directory says something new of its model', async () => {
    const [mine, others] = [wait(), wait({ model: 'other' })]
    directory.says({ m: 'live', other: 'offline' })
    await settled()
    expect([mine.outcome, others.outcome]).toEqual(['asks', 'waits'])
  })

  it('lets it sleep through news of other models, and news that are none', async () => {
    const mine = wait()
    directory.says({ m: 'starting', other: 'live' })
    await settled()
    expect(mine.outcome).toBe('waits')
  })

  it('counts requests of batches with the others of their model, and apart', () => {
    for (const ticket of [{}, { batch: 'batch_1' }, { batch: 'batch_2', hasOwn: true }, { model: 'other' }]) wait(ticket)
    expect([...room.counts()]).toEqual([['m', 3], ['other', 1]])
    expect([...room.counts(({ batch }) => batch === undefined)]).toEqual([['m', 1], ['other', 1]])
    expect([...room.counts(({ hasOwn }) => hasOwn !== true)]).toEqual([['m', 2], ['other', 1]])
  })

  it('sends it on when its model is gone, so that it hears of it', async () => {
    const mine = wait()
    directory.says({ other: 'offline' })
    await settled()
    expect(mine.outcome).toBe('asks')
  })

  it('sends it on after the time that the place named', async () => {
    const mine = wait({ failure: loadingFor(30) })
    await timers.advance(29_999)
    expect(mine.outcome).toBe('waits')
    await timers.advance(1)
    expect(mine.outcome).toBe('asks')
  })

  it('does not send all who wait for one moment on in that moment', async () => {
    random = 0.5
    const mine = wait({ failure: loadingFor(30) })
    await timers.advance(30_999)
    expect(mine.outcome).toBe('waits')
    await timers.advance(1)
    expect(mine.outcome).toBe('asks')
  })

  it.each([[0, 1_000], [8_000, 4_000], [60_000, 15_000]])('tries again by itself: after %d ms of waiting, in %d ms', async (waitedMs, nextMs) => {
    const mine = wait({ sinceMs: timers.now() - waitedMs })
    await timers.advance(nextMs - 1)
    expect(mine.outcome).toBe('waits')
    await timers.advance(1)
    expect(mine.outcome).toBe('asks')
  })

  it('gives the failure when the time of the request is over', async () => {
    const failure = loadingFor(3_600)
    const mine = wait({ failure, sinceMs: timers.now() - 90_000 })
    await timers.advance(9_999)
    expect(mine.outcome).toBe('waits')
    await timers.advance(1)
    expect(mine.outcome).toBe(failure)
    await expect(room.wait({ model: 'm', failure, sinceMs: timers.now() - 100_000, signal: new AbortController().signal })).rejects.toBe(failure)
  })

  it.each(['upstream_unreachable', 'invalid_request', 'model_failed', 'shutting_down'] as const)('does not wait for %s to pass', async (code) => {
    const failure = new FirstError(code, 'No.')
    await expect(room.wait({ model: 'm', failure, sinceMs: timers.now(), signal: new AbortController().signal })).rejects.toBe(failure)
  })

  it('does not keep a request for a place that will not take it in time', async () => {
    const failure = new FirstError('too_many_requests', 'Full.', { retryAfterS: 101 })
    await expect(room.wait({ model: 'm', failure, sinceMs: timers.now(), signal: new AbortController().signal })).rejects.toBe(failure)
    expect(wait({ failure: new FirstError('upstream_error', 'Busy.', { retryAfterS: 99 }) }).outcome).toBe('waits')
  })

  it('lets a caller who leaves go at once', async () => {
    const caller = new AbortController()
    const mine = wait({ signal: caller.signal })
    const reason = new FirstError('request_timeout', 'The caller left.')
    caller.abort(reason)
    await settled()
    expect(mine.outcome).toBe(reason)
    await expect(room.wait({ model: 'm', failure: loading, sinceMs: timers.now(), signal: caller.signal })).rejects.toBe(reason)
  })

  it('takes so many for each model and no more', async () => {
    const waiting = [wait(), wait(), wait()]
    const [late, elsewhere] = [wait(), wait({ model: 'other' })]
    await settled()
    expect(late.outcome).toMatchObject({ code: 'queue_full', kind: { status: 503 }, retryAfterS: 15 })
    expect([...waiting, elsewhere].map(({ outcome }) => outcome)).toEqual(['waits', 'waits', 'waits', 'waits'])
    expect([...room.counts()]).toEqual([['m', 3], ['other', 1]])
  })

  it('turns the last to come away when one who came before comes back', async () => {
    const now = timers.now()
    const [first, last, middle] = [wait({ sinceMs: now - 30 }), wait({ sinceMs: now - 10 }), wait({ sinceMs: now - 20 })]
    const back = wait({ sinceMs: now - 40 })
    await settled()
    expect(last.outcome).toMatchObject({ code: 'queue_full' })
    expect([first, middle, back].map(({ outcome }) => outcome)).toEqual(['waits', 'waits', 'waits'])
  })

  it('takes nobody where the configuration says so', async () => {
    const none = createWaitingRoom({ directory, settings: () => ({ waitingPerModel: 0, waitS: 100 }), clock: () => timers.now() })
    await expect(none.wait({ model: 'm', failure: loading, sinceMs: timers.now(), signal: new AbortController().signal })).rejects.toBe(loading)
  })

  it('sends those who wait on in the order in which they came', async () => {
    const order: string[] = []
    const come = (name: string, sinceMs: number): Promise<unknown> => room.wait({ model: 'm', failure: loading, sinceMs, signal: new AbortController().signal }).then(() => order.push(name))
    const all = [come('second', timers.now() - 10), come('first', timers.now() - 20), come('third', timers.now())]
    directory.says({ m: 'live', other: 'offline' })
    await Promise.all(all)
    expect(order).toEqual(['first', 'second', 'third'])
  })

  it('keeps no timer and no listener of a wait that is over, however it ended', async () => {
    const callers = [new AbortController(), new AbortController()]
    const waits = [wait({ signal: callers[0]!.signal }), wait({ failure: loadingFor(1), model: 'other' }), wait({ signal: callers[1]!.signal })]
    expect([pending, directory.listeners.size]).toEqual([3, 1])
    callers[0]!.abort(new Error('left'))
    await timers.advance(1_000)
    directory.says({ m: 'live', other: 'offline' })
    await settled()
    expect(waits.map(({ outcome }) => outcome)).toEqual([new Error('left'), 'asks', 'asks'])
    expect([pending, directory.listeners.size, room.counts().size]).toEqual([0, 0, 0])
  })
})
