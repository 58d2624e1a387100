import { backoffMs } from '../../../rpc/backoff'
import type { CoreClient, CoreConnection } from '../../../rpc/connection'
import type { Clock, Locks } from '../../../db/environment'
import type { Database } from '../../../db/schema'
import { problemOf } from '@renderer/ui/problem'
import type { Batch } from '@shared/domain/batch'
import { canWait } from './can-wait'
import type { SendFile } from './send-file'

/** Held by the window that has a file in its hands. */
export function batchLock(id: string): string {
  return `first-desktop:batch:${id}`
}

export interface Outbox {
  /** Sends what waits under `id`. @returns the batch that came of it; undefined where it waits on */
  send(id: string): Promise<Batch | undefined>
  /** The same, for who holds its lock. */
  sendHeld(id: string): Promise<Batch | undefined>
  /** Tries one again that was refused. */
  retry(id: string): Promise<Batch | undefined>
  remove(id: string): Promise<void>
  /** Sends what waits whenever the core can be reached, from now on; the result ends that. */
  start(): () => void
}

export interface OutboxDeps {
  readonly db: Database
  readonly client: { readonly batches: Pick<CoreClient['batches'], 'create'> }
  readonly state: CoreConnection['state']
  readonly clock: Clock
  readonly random: () => number
  readonly locks: Locks
  readonly sendFile: SendFile
  /** Hears of the disk that failed. */
  readonly onError: (cause: unknown) => void
}

/** What is to be a batch and is not yet. An order has an id of its own, under which the core makes one batch and no second one. */
export function createOutbox({ db, client, state, clock, random, locks, sendFile, onError }: OutboxDeps): Outbox {
  const isOpen = (): boolean => state.getState().connection === 'open'
  let attempt = 0
  let cancelTimer: (() => void) | undefined

  async function send(id: string): Promise<Batch | undefined> {
    const release = await locks.tryHold(batchLock(id))
    if (release === undefined) return undefined
    try {
      return await sendHeld(id)
    } finally {
      release()
    }
  }

  async function sendHeld(id: string): Promise<Batch | undefined> {
    const row = await db.batchOutbox.get(id)
    if (row?.order === undefined || row.problem !== undefined || !isOpen()) return undefined
    try {
      const fileId = row.fileId ?? (row.file && (await sendFile({ file: row.file, filename: row.filename })))
      if (fileId === undefined) return undefined
      // What was asked for stays, and the bytes go: the core has them.
      await db.batchOutbox.update(id, { fileId, file: undefined })
      const batch = await client.batches.create({ ...row.order, fileId, outboxId: id })
      await db.batchOutbox.delete(id)
      attempt = 0
      return batch
    } catch (cause) {
      if (canWait(cause)) retryLater()
      else await db.batchOutbox.update(id, { problem: problemOf(cause) })
      return undefined
    }
  }

  async function sendAll(): Promise<void> {
    const waiting = await db.batchOutbox.filter(({ order, problem }) => order !== undefined && problem === undefined).sortBy('createdAtMs')
    for (const { id } of waiting) if (isOpen()) await send(id)
  }

  function retryLater(): void {
    attempt += 1
    cancelTimer ??= clock.after(backoffMs(attempt + 3, random), () => {
      cancelTimer = undefined
      sendAll().catch(onError)
    })
  }

  return {
    send,
    sendHeld,
    async retry(id) {
      await db.batchOutbox.update(id, { problem: undefined })
      return send(id)
    },
    remove: (id) => db.batchOutbox.delete(id),
    start() {
      const stop = state.subscribe((now, before) => {
        if (now.connection === 'open' && before.connection !== 'open') sendAll().catch(onError)
      })
      if (isOpen()) sendAll().catch(onError)
      return () => {
        stop()
        cancelTimer?.()
      }
    },
  }
}
