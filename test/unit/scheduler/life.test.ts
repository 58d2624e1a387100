import type { ObservedReplica } from '@main/clusters/replica-host'
import { advance, wantsLog, type News } from '@main/scheduler/life'
import { takeObservation } from '@main/scheduler/take-observation'
import type { StoredReplica } from '@main/scheduler/stored-replica'
import { describe, expect, test } from 'vitest'

const terms = { startTimeoutMs: 60_000 }
const asked: StoredReplica = { id: 'fd-a', cluster: 'lab', model: 'm', framework: 'vllm', state: 'requested', sinceMs: 0, requestedAtMs: 0, attempt: 1 }
const after = (replica: StoredReplica, ...news: readonly News[]): StoredReplica => news.reduce((one, next) => advance(one, next, terms), replica)
const saw = (atMs: number, state: ObservedReplica['state'], more: Partial<ObservedReplica> = {}): News => ({ kind: 'observed', atMs, replica: { id: 'fd-a', handle: '7', state, ...more } })
const baseUrl = 'http://node1:8000/v1'
const running = { baseUrl, startedAtMs: 100_000 }
const probed = (atMs: number, isReady = true, url = baseUrl): News => ({ kind: 'probed', atMs, baseUrl: url, isReady })
const started: News = { kind: 'started', atMs: 1_000, handle: '7' }
const live = after(asked, started, saw(100_000, 'running', running), probed(110_000))

describe('the life of a replica', () => {
  test('goes from the queue over loading to live, and over draining to its end', () => {
    const queued = after(asked, started, saw(5_000, 'queued', { reason: 'Priority', estimatedStartMs: 90_000 }))
    expect(queued).toMatchObject({ state: 'queued', reason: 'Priority', estimatedStartMs: 90_000, handle: '7' })
    const starting = after(queued, saw(101_000, 'running', running))
    expect(starting).toMatchObject({ state: 'starting', runningAtMs: 100_000, baseUrl, sinceMs: 101_000 })
    expect(after(starting, probed(110_000))).toMatchObject({ state: 'live', liveAtMs: 110_000 })
    const draining = after(live, { kind: 'drained', atMs: 200_000, reason: 'It was not needed any more.' })
    expect(draining.state).toBe('draining')
    expect(after(draining, saw(210_000, 'running', running)).state).toBe('draining')
    expect(after(draining, { kind: 'missed', atMs: 220_000 })).toMatchObject({ state: 'stopped', reason: 'It was not needed any more.' })
  })

  test('may skip what nobody saw', () => {
    expect(after(asked, saw(5_000, 'running', running)).state).toBe('starting')
    expect(after(asked, saw(5_000, 'ended', { exitCode: 2 }))).toMatchObject({ state: 'failed', reason: 'It ended with exit code 2.' })
  })

  test('is not changed by news that is late or doubled', () => {
    const twice = after(live, saw(120_000, 'running', running))
    expect(after(twice, saw(120_000, 'ended'))).toBe(twice)
    expect(after(twice, saw(90_000, 'queued'))).toBe(twice)
    expect(after(twice, { kind: 'missed', atMs: 119_000 })).toBe(twice)
    expect(after(live, probed(90_000, false))).toBe(live)
    expect(after(live, probed(120_000, false, 'http://old:1/v1'))).toBe(live)
    expect(after(live, started)).toBe(live)
  })

  test('ends where it is over: nothing brings it back', () => {
    const failed = after(live, saw(120_000, 'ended', { exitCode: 137 }))
    expect(after(failed, saw(130_000, 'running', running), probed(140_000), { kind: 'missed', atMs: 150_000 })).toBe(failed)
  })

  test('has its start timeout counted from running, and not from the queue', () => {
    const starting = after(asked, saw(100_000, 'running', { startedAtMs: 100_000 }))
    expect(after(starting, saw(159_000, 'running', { startedAtMs: 100_000 })).state).toBe('starting')
    expect(after(starting, saw(161_000, 'running', { startedAtMs: 100_000 }))).toMatchObject({ state: 'failed', reason: 'It was not ready after 60 seconds.' })
  })

  test('that has an address is judged by what it answers, however long nobody looked', () => {
    const starting = after(asked, saw(100_000, 'running', running), saw(9_000_000, 'running', running))
    expect(starting.state).toBe('starting')
    expect(after(starting, probed(9_000_001)).state).toBe('live')
    expect(after(starting, probed(9_000_001, false)).state).toBe('failed')
  })

  test('waits again when its site requeues it, and loads again when it runs elsewhere', () => {
    const requeued = after(live, saw(200_000, 'queued', { reason: 'BeginTime' }))
    expect(requeued).toMatchObject({ state: 'queued', reason: 'BeginTime' })
    expect(requeued.baseUrl).toBeUndefined()
    expect(requeued.liveAtMs).toBeUndefined()
    expect(after(live, saw(200_000, 'running', { baseUrl: 'http://node2:8000/v1', startedAtMs: 190_000 }))).toMatchObject({ state: 'starting', runningAtMs: 190_000, baseUrl: 'http://node2:8000/v1' })
    expect(after(live, saw(200_000, 'running', { ...running, baseUrl: 'http://node1:8001/v1' }))).toMatchObject({ state: 'starting', baseUrl: 'http://node1:8001/v1' })
  })

  test('that its site suspends waits with that reason for as long as it takes, and has to answer again before it serves', () => {
    const suspended = after(live, probed(190_000, false), saw(200_000, 'suspended', { reason: 'The site has suspended the job.', startedAtMs: 100_000 }))
    expect(suspended).toMatchObject({ state: 'queued', reason: 'The site has suspended the job.', sinceMs: 200_000 })
    expect(suspended.baseUrl).toBeUndefined()
    const hoursLater = after(suspended, saw(9_000_000, 'suspended', { reason: 'The site has suspended the job.', startedAtMs: 100_000 }), probed(9_000_001, false))
    expect(hoursLater).toMatchObject({ state: 'queued', reason: 'The site has suspended the job.', sinceMs: 200_000 })
    const goesOn = after(hoursLater, saw(9_100_000, 'running', running), probed(9_102_000, false), saw(9_103_000, 'running', running))
    expect(goesOn).toMatchObject({ state: 'starting', baseUrl })
    expect(after(goesOn, probed(9_105_000))).toMatchObject({ state: 'live', liveAtMs: 9_105_000, reason: undefined })
    expect(after(goesOn, probed(9_170_000, false))).toMatchObject({ state: 'failed', reason: 'It was not ready after 60 seconds.' })
    expect(after(hoursLater, saw(9_100_000, 'queued', { reason: 'BeginTime' }))).toMatchObject({ state: 'queued', reason: 'BeginTime', runningAtMs: undefined, liveAtMs: undefined })
  })

  test('that is suspended until its walltime is over had served', () => {
    expect(after(live, saw(200_000, 'suspended', { ...running, endsAtMs: 500_000 }), { kind: 'missed', atMs: 500_100 })).toMatchObject({ state: 'stopped', reason: 'Its walltime was over.' })
  })

  test('fails when it is gone without having been asked to, and not when its walltime is over', () => {
    expect(after(live, saw(120_000, 'running', running), { kind: 'missed', atMs: 130_000 })).toMatchObject({ state: 'failed', reason: 'Its cluster no longer has it.' })
    const timed = after(live, saw(120_000, 'running', { ...running, endsAtMs: 500_000 }))
    expect(after(timed, { kind: 'missed', atMs: 500_100 })).toMatchObject({ state: 'stopped', reason: 'Its walltime was over.' })
    expect(after(timed, { kind: 'missed', atMs: 400_000 }).state).toBe('failed')
  })

  test('that was taken has time to appear', () => {
    const taken = after(asked, started)
    expect(after(taken, { kind: 'missed', atMs: 20_000 })).toBe(taken)
    expect(after(taken, { kind: 'missed', atMs: 40_000 })).toMatchObject({ state: 'failed', reason: 'Its cluster took it, and never showed it.' })
    expect(after(asked, { kind: 'missed', atMs: 40_000 })).toBe(asked)
  })

  test('that its cluster refuses fails at once when that is final, and is asked for again for ten minutes when it is not', () => {
    expect(after(asked, { kind: 'refused', atMs: 1, reason: 'Invalid account.', isFinal: true })).toMatchObject({ state: 'failed', reason: 'Invalid account.' })
    const unsure = after(asked, { kind: 'refused', atMs: 1, reason: 'It did not answer.', isFinal: false })
    expect(unsure).toMatchObject({ state: 'requested', reason: 'It did not answer.' })
    expect(after(unsure, saw(2, 'queued')).state).toBe('queued')
    expect(after(unsure, { kind: 'refused', atMs: 600_000, reason: 'It did not answer.', isFinal: false }).state).toBe('failed')
  })

  test('that stops answering fails after five minutes of that', () => {
    const silent = after(live, probed(200_000, false), saw(480_000, 'running', running), probed(490_000, false))
    expect(silent.state).toBe('live')
    expect(after(silent, probed(500_000, false))).toMatchObject({ state: 'failed', reason: 'It has not answered for 5 minutes.' })
    expect(after(silent, probed(495_000), probed(510_000, false)).state).toBe('live')
  })

  test('that does not answer while its cluster is silent is judged once that has shown it again', () => {
    const cut = after(live, probed(200_000, false), probed(490_000, false), probed(900_000, false))
    expect(cut.state).toBe('live')
    expect(after(cut, saw(910_000, 'running', running), probed(1_190_000, false)).state).toBe('live')
    expect(after(cut, saw(1_190_000, 'running', running), probed(1_210_000, false)).state).toBe('failed')
    const starting = after(asked, saw(100_000, 'running', running), probed(900_000, false))
    expect(starting.state).toBe('starting')
    expect(after(starting, saw(910_000, 'running', running), probed(911_000)).state).toBe('live')
  })

  test('wants what it printed once it has failed, and once only', () => {
    const failed = after(live, saw(120_000, 'ended'))
    expect([wantsLog(live), wantsLog(failed)]).toEqual([false, true])
    const told = after(failed, { kind: 'printed', logTail: 'CUDA out of memory' })
    expect(told.logTail).toBe('CUDA out of memory')
    expect(wantsLog(told)).toBe(false)
  })
})

describe('what a cluster shows', () => {
  const one = (handle: string, state: ObservedReplica['state']): ObservedReplica => ({ id: 'fd-a', handle, state })
  const take = (replica: StoredReplica, ...replicas: ObservedReplica[]): StoredReplica | undefined => takeObservation([replica], { atMs: 200_000, replicas }, () => terms)[0]

  test('of one replica twice is the one that is known', () => {
    expect(take(live, one('8', 'running'), one('7', 'running'))?.handle).toBe('7')
  })

  test('of another that runs in its place is taken, where its own is gone', () => {
    expect(take(live, one('7', 'ended'), one('8', 'queued'))).toMatchObject({ handle: '8', state: 'queued' })
    expect(take(live, one('7', 'ended'), one('8', 'suspended'))).toMatchObject({ handle: '8', state: 'queued' })
    expect(take(live, one('8', 'ended'))).toMatchObject({ state: 'failed' })
  })
})
