import type { StoreApi } from 'zustand'
import type { Clock, Locks, NewId } from '../../../db/environment'
import { outboxLock } from '../../../db/recovery'
import type { Database } from '../../../db/schema'
import { toStorageError } from '../../../db/storage-error'
import { without } from './streams'
import type { QueuedSend, SendInput, StreamsState } from './types'

export interface SendQueue {
  isEmpty(conversationId: string): boolean
  first(conversationId: string): QueuedSend | undefined
  /** Kept on disk too: after a crash it is in the draft. */
  add(input: SendInput): Promise<QueuedSend>
  /** Undefined when it is not there any more. */
  remove(conversationId: string, id: string): Promise<QueuedSend | undefined>
}

export interface SendQueueDeps {
  readonly db: Database
  readonly clock: Clock
  readonly newId: NewId
  readonly locks: Locks
  readonly streams: StoreApi<StreamsState>
}

/** What waits to be sent, by conversation. */
export function createSendQueue({ db, clock, newId, locks, streams }: SendQueueDeps): SendQueue {
  const releases = new Map<string, () => void>()

  function listOf(conversationId: string): readonly QueuedSend[] {
    return streams.getState().queued[conversationId] ?? []
  }
  function setList(conversationId: string, list: readonly QueuedSend[]): void {
    streams.setState(({ queued }) => ({ queued: list.length === 0 ? without(queued, conversationId) : { ...queued, [conversationId]: list } }))
  }

  async function drop(entry: QueuedSend): Promise<void> {
    setList(entry.conversationId, listOf(entry.conversationId).filter((queued) => queued !== entry))
    await db.outbox.delete(entry.id)
    releases.get(entry.id)?.()
    releases.delete(entry.id)
  }

  return {
    isEmpty: (conversationId) => listOf(conversationId).length === 0,
    first: (conversationId) => listOf(conversationId)[0],
    async add({ conversationId, text, choice }) {
      const entry: QueuedSend = { id: newId(), conversationId, text, choice }
      // In the list at once: what is sent next must come after it.
      setList(conversationId, [...listOf(conversationId), entry])
      try {
        const release = await locks.hold(outboxLock(entry.id))
        // Its turn may have come already.
        if (!listOf(conversationId).includes(entry)) release()
        else {
          releases.set(entry.id, release)
          await db.outbox.put({ ...entry, createdAtMs: clock.now() })
        }
      } catch (cause) {
        await drop(entry)
        throw toStorageError(cause)
      }
      return entry
    },
    async remove(conversationId, id) {
      const entry = listOf(conversationId).find((queued) => queued.id === id)
      if (!entry) return undefined
      await drop(entry)
      return entry
    },
  }
}
