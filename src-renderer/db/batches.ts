import { batch, type Batch } from '@shared/domain/batch'
import { useLiveQuery } from 'dexie-react-hooks'
import { z } from 'zod'
import type { CoreConnection } from '../rpc/connection'
import { useCoreState } from '../rpc/hooks'
import { useLocalData } from './context'
import type { Clock } from './environment'
import type { Database } from './schema'

const key = 'batches'
/** A list that changes twice a second while a batch runs is not written twice a second. */
const keptEveryMs = 5_000

/** Keeps the list of batches for the next start; `flush` writes what waits, `stop` ends it. */
export function keepBatches(deps: { db: Database; state: CoreConnection['state']; clock: Clock; onError: (cause: unknown) => void }): { flush(): Promise<void>; stop(): void } {
  const { db, state, clock, onError } = deps
  let waiting: { readonly batches: readonly Batch[]; readonly atMs: number } | undefined
  let cancelTimer: (() => void) | undefined

  async function flush(): Promise<void> {
    cancelTimer?.()
    cancelTimer = undefined
    if (waiting === undefined) return
    const { batches, atMs } = waiting
    waiting = undefined
    await db.lastKnown.put({ key, value: batches, atMs })
  }
  function note(batches: readonly Batch[] | undefined): void {
    if (batches === undefined) return
    waiting = { batches, atMs: clock.now() }
    cancelTimer ??= clock.after(keptEveryMs, () => void flush().catch(onError))
  }
  note(state.getState().batches)
  const stop = state.subscribe((now, before) => {
    if (now.batches !== before.batches) note(now.batches)
  })
  return {
    flush,
    stop() {
      stop()
      cancelTimer?.()
    },
  }
}

const keptList = z.array(batch)

/** The list as it was kept last, with its time (Unix milliseconds); undefined where there is none that makes sense. */
export async function readKeptBatches(db: Database): Promise<{ batches: readonly Batch[]; atMs: number } | undefined> {
  const row = await db.lastKnown.get(key)
  const kept = keptList.safeParse(row?.value)
  return row !== undefined && kept.success ? { batches: kept.data, atMs: row.atMs } : undefined
}

export interface BatchesView {
  /** Newest first: as told by the core, or, until it tells, as kept from last time. */
  readonly batches: readonly Batch[]
  /** False until something is known. */
  readonly isLoaded: boolean
  /** True while the core tells changes as they happen. */
  readonly isLive: boolean
  /** Unix milliseconds at which the list was true, where it is not told now. */
  readonly asOfMs: number | undefined
}

const none: readonly Batch[] = []

export function useBatches(): BatchesView {
  const { db } = useLocalData()
  const told = useCoreState((state) => state.batches)
  const isOpen = useCoreState((state) => state.connection === 'open')
  const sinceMs = useCoreState((state) => state.sinceMs)
  const kept = useLiveQuery(async () => ({ found: await readKeptBatches(db) }), [db])
  const isLive = isOpen && told !== undefined
  return {
    batches: told ?? kept?.found?.batches ?? none,
    isLoaded: told !== undefined || kept?.found !== undefined || (kept !== undefined && isOpen),
    isLive,
    asOfMs: isLive ? undefined : told !== undefined ? sinceMs : kept?.found?.atMs,
  }
}
