import { describe, expect, it } from 'vitest'
import { keepBatches, readKeptBatches } from '@renderer/db/batches'
import { createCoreState } from '@renderer/rpc/core-state'
import { batch } from '../batches/support'
import { createTestClock, createTestDisk } from './support'

describe('the list of batches', () => {
  it('is kept with its age, no more often than every few seconds, and at once when the window goes', async () => {
    const disk = createTestDisk()
    const db = await disk.open()
    const clock = createTestClock()
    const state = createCoreState(0)
    const kept = keepBatches({ db, state, clock, onError: (cause) => expect.unreachable(String(cause)) })
    for (let completed = 0; completed < 10; completed += 1) state.setState({ batches: [{ ...batch, completed }] })
    expect(clock.timers).toBe(1)
    expect(await readKeptBatches(db)).toBeUndefined()
    await kept.flush()
    expect(await readKeptBatches(db)).toEqual({ batches: [{ ...batch, completed: 9 }], atMs: clock.now() })
    kept.stop()
    expect(await readKeptBatches(await disk.open())).toMatchObject({ batches: [{ completed: 9 }] })
  })

  it('is passed over where another version has kept something else', async () => {
    const db = await createTestDisk().open()
    await db.lastKnown.put({ key: 'batches', value: [{ id: 7 }], atMs: 1 })
    expect(await readKeptBatches(db)).toBeUndefined()
  })
})
