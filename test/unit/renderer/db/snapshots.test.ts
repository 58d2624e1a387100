import { describe, expect, it } from 'vitest'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Database } from '@renderer/db/schema'
import { keepSnapshots } from '@renderer/db/snapshots'
import { createCoreState } from '@renderer/rpc/core-state'
import { createTestDisk } from './support'

function snapshot(name: string, takenAtMs: number): ClusterSnapshot {
  return { name, kind: 'direct', isReachable: true, models: [], takenAtMs }
}

/** The keeping goes on beside what is tested; this waits until the disk shows it. */
async function namesBecome(db: Database, names: string): Promise<void> {
  while ((await db.snapshots.toCollection().primaryKeys()).join() !== names) await new Promise((next) => setImmediate(next))
}

describe('snapshots of clusters', () => {
  it('are kept for the next start: those told before, those told later, and none of a cluster that is gone', async () => {
    const db = await createTestDisk().open()
    const state = createCoreState(0)
    state.setState({ clusters: [snapshot('here', 1)] })
    const stop = keepSnapshots(db, state, (cause) => expect.unreachable(String(cause)))
    await namesBecome(db, 'here')
    state.setState({ clusters: [snapshot('here', 2), snapshot('lab', 2)] })
    await namesBecome(db, 'here,lab')
    state.setState({ clusters: [snapshot('lab', 3)] })
    await namesBecome(db, 'lab')
    expect(await db.snapshots.toArray()).toEqual([snapshot('lab', 3)])
    stop()
  })
})
