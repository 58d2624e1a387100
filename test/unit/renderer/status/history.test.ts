import { percent, sharesOf, stretchesOf } from '@renderer/features/status/history/slots'
import { startEstimate } from '@renderer/features/status/history/start-estimate'
import { heldSinceMs, pastStarts, usualTimeToLive } from '@renderer/features/status/history/start-times'
import { trackSummary } from '@renderer/features/status/history/track-words'
import type { StatusSpan } from '@shared/domain/status-history'
import { describe, expect, test } from 'vitest'

const minute = 60_000

describe('a strip of the past', () => {
  const strip = (spans: readonly StatusSpan[], alarms: Parameters<typeof stretchesOf>[1]['alarms'] = []): unknown => stretchesOf(spans, { fromMs: 0, toMs: 100, count: 10, alarms }).map(({ from, to, status }) => [from, to, status])

  test('has in each slot the status that held longest, and joins neighbours', () => {
    expect(strip([[0, 44, 'live'], [44, 100, 'offline']])).toEqual([[0, 4, 'live'], [4, 10, 'offline']])
    expect(strip([[0, 46, 'live'], [46, 100, 'offline']])).toEqual([[0, 5, 'live'], [5, 10, 'offline']])
  })

  test('is empty where nobody watched', () => {
    expect(strip([[20, 40, 'live'], [70, 80, 'live']])).toEqual([[2, 4, 'live'], [7, 8, 'live']])
    expect(strip([])).toEqual([])
  })

  test('shows an alarm however short it was', () => {
    const spans: StatusSpan[] = [[0, 51, 'live'], [51, 52, 'failed'], [52, 100, 'live']]
    expect(strip(spans, ['failed'])).toEqual([[0, 5, 'live'], [5, 6, 'failed'], [6, 10, 'live']])
    expect(strip(spans)).toEqual([[0, 10, 'live']])
  })

  test('leaves out what lies before it and after it', () => {
    expect(strip([[-500, -20, 'live'], [-20, 20, 'starting'], [90, 300, 'live']])).toEqual([[0, 2, 'starting'], [9, 10, 'live']])
  })

  test('says in words what it shows, of the time that was watched', () => {
    const spans: StatusSpan[] = [[0, 30 * minute, 'live'], [60 * minute, 70 * minute, 'starting']]
    expect(sharesOf(spans, 0, 120 * minute)).toEqual({ watchedMs: 40 * minute, of: [['live', 0.75], ['starting', 0.25]] })
    expect(trackSummary('model', spans, 0, 120 * minute)).toBe('Live 75 %, starting 25 % of 40 min watched')
    expect(trackSummary('cluster', [[0, 10 * minute, 'offline']], 0, 10 * minute)).toBe('Not reachable 100 % of 10 min watched')
    expect(trackSummary('model', spans, 80 * minute, 90 * minute)).toBe('Nothing is known of this time.')
  })

  test('never rounds to all or nothing', () => {
    expect([1, 0.9999, 0.5, 0.0001, 0].map(percent)).toEqual(['100 %', '> 99 %', '50 %', '< 1 %', '0 %'])
  })
})

describe('how long a start takes', () => {
  const queuedThenStarted: StatusSpan[] = [[0, 10, 'offline'], [10, 30, 'queued'], [30, 45, 'starting'], [45, 90, 'live']]

  test('is learned from starts that were seen from their beginning until the model was live', () => {
    expect(pastStarts(queuedThenStarted)).toMatchObject([{ queuedMs: 20, startingMs: 15 }])
    expect(usualTimeToLive(queuedThenStarted, 'queued')).toBe(35)
    expect(usualTimeToLive(queuedThenStarted, 'starting')).toBe(15)
    expect(usualTimeToLive(queuedThenStarted, 'offline')).toBe(35)
  })

  test.each<[string, StatusSpan[]]>([
    ['had begun before somebody watched', [[10, 30, 'starting'], [30, 90, 'live']]],
    ['had begun before, and went on from queued to starting', [[5, 10, 'queued'], [10, 30, 'starting'], [30, 90, 'live']]],
    ['was not watched to its end', [[0, 10, 'offline'], [10, 30, 'starting'], [50, 90, 'live']]],
    ['was broken by a time that nobody watched', [[0, 10, 'offline'], [10, 20, 'queued'], [40, 50, 'starting'], [50, 90, 'live']]],
    ['ended in a failure', [[0, 10, 'offline'], [10, 30, 'starting'], [30, 40, 'failed'], [40, 90, 'live']]],
    ['goes on', [[0, 10, 'offline'], [10, 30, 'starting']]],
  ])('says nothing of one that %s', (_, spans) => {
    expect(pastStarts(spans)).toEqual([])
    expect(usualTimeToLive(spans, 'starting')).toBeUndefined()
  })

  test('is the median, so that one bad day does not count', () => {
    const starts = [10, 12, 500].flatMap((ms, index): StatusSpan[] => [[index * 1000, index * 1000 + 10, 'offline'], [index * 1000 + 10, index * 1000 + 10 + ms, 'starting'], [index * 1000 + 10 + ms, index * 1000 + 900, 'live']])
    expect(usualTimeToLive(starts, 'starting')).toBe(12)
  })
})

test('a status holds since its newest span began, if that still says so', () => {
  expect(heldSinceMs([[0, 5, 'live'], [5, 9, 'offline']], 'offline')).toBe(5)
  expect(heldSinceMs([[0, 5, 'live']], 'offline')).toBeUndefined()
  expect(heldSinceMs([], 'live')).toBeUndefined()
})

describe('the expected time of a start', () => {
  const spans: StatusSpan[] = [[0, 10, 'offline'], [10, 40, 'queued'], [40, 100, 'starting'], [100, 200, 'live'], [200, 300, 'starting']]
  const tern = { id: 'tern', cluster: 'lab', framework: 'vllm', status: 'starting' } as const

  test('is counted from the request, as the place has learned it', () => {
    expect(startEstimate({ ...tern, requestedAtMs: 210, usualStartMs: 77, sinceMs: 250 }, spans)).toEqual({ sinceMs: 210, usualMs: 77 })
  })
  test('is what whole starts took, where the place has learned none', () => {
    expect(startEstimate({ ...tern, requestedAtMs: 210 }, spans)).toEqual({ sinceMs: 210, usualMs: 90 })
    expect(startEstimate({ ...tern, status: 'offline' }, spans)).toEqual({ sinceMs: undefined, usualMs: 90 })
  })
  test('is what was watched of this status, where the place says nothing of the request', () => {
    expect(startEstimate({ ...tern, usualStartMs: 77 }, spans)).toEqual({ sinceMs: 200, usualMs: 60 })
  })
})
