import { describe, expect, it } from 'vitest'
import { createPace } from '@main/clusters/globus-compute/pace'
import { manualTimers, settled } from '../manual-timers'

const forever = new AbortController().signal

describe('the pace', () => {
  it('lets 20 go in 10 s, and the rest in the order of asking', async () => {
    const timers = manualTimers()
    const pace = createPace(timers)
    const gone: number[] = []
    for (let at = 0; at < 45; at++) void pace.turn(forever).then(() => gone.push(at))
    await settled()
    expect(gone).toHaveLength(20)
    await timers.advance(10_000)
    expect(gone).toHaveLength(20)
    await timers.advance(1_000)
    expect(gone).toHaveLength(40)
    await timers.advance(11_000)
    expect(gone).toEqual(Array.from({ length: 45 }, (_, at) => at))
  })

  it('forgets those that left before their turn', async () => {
    const timers = manualTimers()
    const pace = createPace(timers, { requests: 1, perMs: 1000 })
    const caller = new AbortController()
    await pace.turn(forever)
    const left = pace.turn(caller.signal)
    const next = pace.turn(forever)
    caller.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    await timers.advance(1000)
    await expect(next).resolves.toBeUndefined()
    await expect(pace.turn(caller.signal)).rejects.toThrow('gone')
  })

  it('waits for as long as it is told', async () => {
    const timers = manualTimers()
    const pace = createPace(timers, { requests: 5, perMs: 1000 })
    pace.hold(60_000)
    let isGone = false
    void pace.turn(forever).then(() => (isGone = true))
    await timers.advance(59_000)
    expect(isGone).toBe(false)
    await timers.advance(2_000)
    expect(isGone).toBe(true)
  })
})
