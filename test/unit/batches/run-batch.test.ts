import fc from 'fast-check'
import { FirstError, type ErrorCode } from '@shared/errors'
import { DoneSet } from '@main/batches/run/done-set'
import { createPace } from '@main/batches/run/pace'
import type { LineResult } from '@main/batches/run/result-line'
import { Refused, runBatch, type BatchLine, type BatchRun, type RunDeps } from '@main/batches/run/run-batch'
import { describe, expect, test } from 'vitest'

const lineOf = (index: number): BatchLine => ({ index, customId: `request-${index}`, fields: {} })
const answer = { body: Buffer.from('{"choices":[]}'), requestId: 'r' }

/** Timers that fire at the next turn of the loop: what waits is not what is tested here. */
const soon = (_ms: number, callback: () => void): (() => void) => {
  const timer = setImmediate(callback)
  return () => clearImmediate(timer)
}

interface Scene {
  readonly run: BatchRun
  readonly results: LineResult[]
  readonly done: DoneSet
}

function begin(count: number, perform: RunDeps['perform'], more: Partial<RunDeps> = {}): Scene {
  const results: LineResult[] = []
  const done = more.done ?? new DoneSet(count)
  let nowMs = 0
  function* lines(): Generator<BatchLine, void> {
    for (let index = 0; index < count; index++) if (!done.has(index)) yield lineOf(index)
  }
  const source = lines()
  const run = runBatch({
    lines: { next: () => Promise.resolve(source.next()) },
    done,
    keep: (result) => Promise.resolve(void results.push(result)),
    perform,
    // Each look at the clock is a minute later, so that no rest lasts.
    pace: createPace({ most: 16, clock: () => (nowMs += 60_000), random: () => 0 }),
    room: () => 16,
    isPaused: () => false,
    onResult: () => undefined,
    onWait: () => undefined,
    clock: () => (nowMs += 60_000),
    random: () => 0,
    after: soon,
    ...more,
  })
  return { run, results, done }
}

describe('a batch that runs', () => {
  test('has one result for each line, whatever its places do', async () => {
    type Outcome = 'answered' | 'refused' | ErrorCode
    const outcomes: readonly Outcome[] = ['answered', 'answered', 'refused', 'too_many_requests', 'model_loading', 'upstream_error', 'request_timeout', 'upstream_unreachable', 'upstream_garbled', 'context_length_exceeded']
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.array(fc.constantFrom(...outcomes), { minLength: 1, maxLength: 60 }), fc.uniqueArray(fc.nat(39)), async (count, script, before) => {
        const done = new DoneSet(count)
        const known = before.filter((index) => done.add(index))
        let at = 0
        const { run, results } = begin(
          count,
          async () => {
            await Promise.resolve()
            // Past its script all is well, so that what waits comes to its end.
            const outcome = script[at++] ?? 'answered'
            if (outcome === 'answered') return answer
            if (outcome === 'refused') throw new Refused(400, 'r', Buffer.from('{"error":{}}'))
            throw new FirstError(outcome, 'no')
          },
          { done },
        )
        await run.ended
        expect(done.size).toBe(count)
        expect(results.map(({ index }) => index).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index).filter((index) => !known.includes(index)))
      }),
      { numRuns: 150 },
    )
  })

  test('keeps what a place refuses as its answer, and does not ask again', async () => {
    let tries = 0
    const { run, results } = begin(1, () => {
      tries++
      return Promise.reject(new Refused(422, 'r-1', Buffer.from('{"error":"no"}')))
    })
    await run.ended
    expect(tries).toBe(1)
    expect(results[0]?.response).toEqual({ status: 422, requestId: 'r-1', body: Buffer.from('{"error":"no"}') })
  })

  test('never has more under way than there is room for', async () => {
    let now = 0
    let most = 0
    const { run } = begin(
      50,
      async () => {
        most = Math.max(most, ++now)
        await new Promise((resolve) => setImmediate(resolve))
        now--
        return answer
      },
      { room: () => 3 },
    )
    await run.ended
    expect(most).toBe(3)
  })

  test('paused, it sends nothing; resumed, it goes on', async () => {
    let isPaused = true
    let sent = 0
    const scene = begin(3, () => Promise.resolve(((sent += 1), answer)), { isPaused: () => isPaused })
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toBe(0)
    isPaused = false
    scene.run.wake()
    await scene.run.ended
    expect(sent).toBe(3)
  })

  test('held because somebody must sign in, it goes on at once when they have', async () => {
    let isSignedIn = false
    const clock = () => 1_000
    const perform = () => (isSignedIn ? Promise.resolve(answer) : Promise.reject(new FirstError('sign_in_needed', 'Sign in.')))
    // The time stands still: no rest ends by itself.
    const pace = createPace({ most: 4, clock, random: () => 0 })
    const scene = begin(6, perform, { pace, clock, after: () => () => undefined })
    while (pace.heldUntilMs() === 0 || scene.run.inFlight() > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(scene.results).toEqual([])
    isSignedIn = true
    scene.run.relieve()
    await scene.run.ended
    expect(scene.results).toHaveLength(6)
  })

  test('stopped, it lets what is under way end, or cuts it; what was cut has no result', async () => {
    let open: () => void = () => undefined
    const gate = new Promise<typeof answer>((resolve) => (open = () => resolve(answer)))
    const lets = begin(100, () => gate)
    await new Promise((resolve) => setImmediate(resolve))
    const underWay = lets.run.inFlight()
    lets.run.stop(false)
    open()
    await lets.run.ended
    expect(lets.results).toHaveLength(underWay)

    const cuts = begin(100, (_line, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))))
    await new Promise((resolve) => setImmediate(resolve))
    cuts.run.stop(true)
    await cuts.run.ended
    expect(cuts.results).toEqual([])
  })

  test('ends with the reason where results cannot be kept', async () => {
    const { run } = begin(5, () => Promise.resolve(answer), { keep: () => Promise.reject(new FirstError('data_dir_unusable', 'no folder')) })
    await expect(run.ended).rejects.toMatchObject({ code: 'data_dir_unusable' })
  })
})
