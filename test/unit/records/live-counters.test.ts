import { createLiveCounters } from '@main/records/live-counters'
import { expect, describe, test } from 'vitest'
import { outcome } from '../../fixtures/records'

const usage = { promptTokens: 5, completionTokens: 10, totalTokens: 15, isEstimated: false }

describe('the counters of the last minute', () => {
  test('hold what ended in it, and nothing after it', () => {
    const live = createLiveCounters()
    live.count(outcome('one', { usage }), 10_000)
    live.count(outcome('two', { status: 502, errorCode: 'upstream_error' }), 30_000)
    live.count(outcome('three', { isCut: true, status: 499, errorCode: 'cancelled' }), 30_500)
    expect(live.lastMinute(30_900)).toEqual({ requestsLastMinute: 3, failuresLastMinute: 1, tokensLastMinute: 15 })
    expect(live.lastMinute(70_000)).toEqual({ requestsLastMinute: 2, failuresLastMinute: 1, tokensLastMinute: 0 })
    expect(live.lastMinute(90_000)).toEqual({ requestsLastMinute: 0, failuresLastMinute: 0, tokensLastMinute: 0 })
  })

  test('are right again at once after the clock was set', () => {
    const live = createLiveCounters()
    for (let second = 0; second < 100; second += 1) live.count(outcome('one'), 10_000_000 + 1_000 * second)
    live.count(outcome('two'), 5_000)
    expect(live.lastMinute(5_000).requestsLastMinute).toBe(1)
    expect(live.lastMinute(-1_000).requestsLastMinute).toBe(0)
  })

  test('leave out what asked nothing of a model', () => {
    const live = createLiveCounters()
    live.count({ requestId: 'one', startedAtMs: 0, door: 'openai', route: '/v1/models', attempts: 0, status: 200, isStreamed: false, totalMs: 1 }, 1_000)
    expect(live.lastMinute(1_000).requestsLastMinute).toBe(0)
  })
})
