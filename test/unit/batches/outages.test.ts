import { FirstError } from '@shared/errors'
import { DoneSet } from '@main/batches/run/done-set'
import { createPace } from '@main/batches/run/pace'
import type { LineResult } from '@main/batches/run/result-line'
import { runBatch, type BatchLine } from '@main/batches/run/run-batch'
import { mostTries } from '@main/batches/run/verdict'
import { describe, expect, test } from 'vitest'

const answer = { body: Buffer.from('{}'), requestId: 'r' }
const secondMs = 1_000
const minuteMs = 60 * secondMs

interface Ended {
  readonly results: readonly LineResult[]
  readonly failed: readonly number[]
  /** How often each line was sent. */
  readonly sent: readonly number[]
  /** Lines that were read and had no result yet, at most. */
  readonly mostHeld: number
  readonly waits: readonly string[]
  readonly tookMs: number
}

/** Runs a batch in a time of its own. @param answers what becomes of a request that was sent then, after a tenth of a second */
async function run(count: number, answers: (line: BatchLine, nowMs: number) => FirstError | undefined, most = 64): Promise<Ended> {
  let nowMs = 0
  let timers: { readonly atMs: number; readonly callback: () => void }[] = []
  const after = (ms: number, callback: () => void): (() => void) => {
    const timer = { atMs: nowMs + ms, callback }
    timers.push(timer)
    return () => (timers = timers.filter((other) => other !== timer))
  }
  const clock = (): number => nowMs
  // The same at each run.
  let seed = 1
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
  const results: LineResult[] = []
  const waits = new Set<string>()
  const sent = Array.from({ length: count }, () => 0)
  let read = 0
  let mostHeld = 0
  const over = { isOver: false }
  const { ended } = runBatch({
    lines: { next: () => Promise.resolve(read < count ? { value: { index: read, customId: `request-${read++}`, fields: {} } } : { value: undefined, done: true }) },
    done: new DoneSet(count),
    keep: (result) => Promise.resolve(void results.push(result)),
    perform(line) {
      sent[line.index]!++
      mostHeld = Math.max(mostHeld, read - results.length)
      const failure = answers(line, nowMs)
      return new Promise((resolve, reject) => after(100, () => (failure === undefined ? resolve(answer) : reject(failure))))
    },
    pace: createPace({ most, clock, random }),
    room: () => most,
    isPaused: () => false,
    onResult: () => undefined,
    onWait(reason) {
      if (reason !== undefined) waits.add(reason)
    },
    clock,
    random,
    after,
  })
  void ended.finally(() => (over.isOver = true))
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  await settled()
  while (!over.isOver) {
    const soonestMs = Math.min(...timers.map(({ atMs }) => atMs))
    if (soonestMs === Infinity) throw new Error('it neither goes on nor ends')
    nowMs = soonestMs
    const due = timers.filter(({ atMs }) => atMs <= nowMs)
    timers = timers.filter(({ atMs }) => atMs > nowMs)
    for (const { callback } of due) callback()
    await settled()
  }
  await ended
  return { results, failed: results.filter(({ error }) => error !== undefined).map(({ index }) => index).sort((a, b) => a - b), sent, mostHeld, waits: [...waits], tookMs: nowMs }
}

const broken = new FirstError('upstream_error', 'The cluster "lab" answered with the error 502.')
const during = (fromMs: number, toMs: number, failure = broken) => (_line: BatchLine, nowMs: number) => (nowMs >= fromMs && nowMs < toMs ? failure : undefined)
const total = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one)

describe('a batch whose only place fails for a while', () => {
  test.each([
    ['a minute', minuteMs],
    ['two hours', 120 * minuteMs],
  ])('of %s waits, says why, and loses nothing', async (_time, forMs) => {
    const { results, failed, sent, mostHeld, waits } = await run(5_000, during(2 * secondMs, 2 * secondMs + forMs))
    expect(results).toHaveLength(5_000)
    expect(failed).toEqual([])
    expect(waits).toEqual([broken.message])
    // One request a minute looks whether it is back.
    expect(total(sent) - 5_000).toBeLessThan(400 + forMs / minuteMs * 2)
    expect(mostHeld).toBeLessThan(400 + forMs / minuteMs * 2)
  })

  test('loses none of the last ones either', async () => {
    const { failed, results, tookMs } = await run(40, during(0, 3 * minuteMs))
    expect([results.length, failed]).toEqual([40, []])
    expect(tookMs).toBeLessThan(5 * minuteMs)
  })

  test('fails again and again, and loses nothing', async () => {
    const { failed, results } = await run(5_000, (_line, nowMs) => (nowMs % (30 * secondMs) > 15 * secondMs ? broken : undefined))
    expect([results.length, failed]).toEqual([5_000, []])
  })
})

test('a batch whose key cannot be read waits until it can, and says why', async () => {
  const locked = new FirstError('secret_unreadable', 'The environment variable METIS_KEY, which config.yaml names, is not set.')
  const { failed, results, waits, mostHeld } = await run(2_000, during(0, 10 * minuteMs, locked))
  expect([results.length, failed, waits]).toEqual([2_000, [], [locked.message]])
  expect(mostHeld).toBeLessThanOrEqual(64)
})

describe('a line that always fails', () => {
  test.each([
    ['many at once', 64],
    ['one by one', 1],
  ])('while others are answered, %s, has its error after its tries, and holds nobody up', async (_how, most) => {
    const { failed, sent, waits, tookMs } = await run(1_000, ({ index }) => (index === 500 ? broken : undefined), most)
    expect(failed).toEqual([500])
    expect(sent[500]).toBe(mostTries)
    expect(waits).toEqual([])
    expect(tookMs).toBeLessThan((1_000 / most) * 100 + 15 * secondMs)
  })

  test('among a few has its error soon after the others were answered', async () => {
    const { failed, tookMs } = await run(3, ({ index }) => (index === 1 ? broken : undefined))
    expect(failed).toEqual([1])
    expect(tookMs).toBeLessThan(minuteMs)
  })

  test('has its error after a while where there is no other to compare it with', async () => {
    const { failed, tookMs, waits } = await run(1, () => broken)
    expect(failed).toEqual([0])
    expect(tookMs).toBeGreaterThan(5 * minuteMs)
    expect(tookMs).toBeLessThan(7 * minuteMs)
    expect(waits).toEqual([broken.message])
  })

  test('is passed by, where many of them come first', async () => {
    const { failed } = await run(1_000, ({ index }) => (index < 100 ? broken : undefined), 16)
        expect(failed).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })
})
