import { isBatchOver } from '@shared/domain/batch'
import { FirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { BatchPage, BatchTable } from '../storage/batch-table'
import type { StoredBatch } from './stored-batch'

/** Batches as they are now: those that are under way in memory, all of them in the table. */
export interface BatchBook {
  find(id: string): StoredBatch | undefined
  /** @throws FirstError `batch_not_found`, also for what is another's */
  get(id: string, identity?: string): StoredBatch
  /** Newest first; undefined where there is no batch `after` among them. */
  page(page: BatchPage): readonly StoredBatch[] | undefined
  ofOutbox(identity: string, outboxId: string): StoredBatch | undefined
  /** Those that are not over, oldest first. */
  open(): readonly StoredBatch[]
  /** For what must outlive a crash and a power cut before anything follows from it; what cannot be kept has not happened. @throws FirstError `disk_full` */
  settle(batch: StoredBatch): StoredBatch
  /** A full disk keeps no batch from going on: what could not be kept is kept later. */
  save(batch: StoredBatch): StoredBatch
  /** What somebody has decided: as `save`, and no power cut undoes it. */
  mark(batch: StoredBatch): StoredBatch
  /** Tries again to keep what could not be kept. */
  saveRest(): void
  remove(id: string): void
}

interface BatchBookDeps {
  readonly table: BatchTable
  readonly onChange: () => void
  readonly logger: Logger
}

export function createBatchBook({ table, onChange, logger }: BatchBookDeps): BatchBook {
  const held = new Map(table.open().map((batch) => [batch.id, batch]))
  const unsaved = new Set<string>()
  let seq = table.lastSeq()
  const now = (batch: StoredBatch): StoredBatch => held.get(batch.id) ?? batch

  const find = (id: string): StoredBatch | undefined => held.get(id) ?? table.get(id)
  const get = (id: string, identity?: string): StoredBatch => {
    const batch = find(id)
    if (batch === undefined || (identity !== undefined && batch.identity !== identity)) throw new FirstError('batch_not_found', `There is no batch "${id}".`)
    return batch
  }
  const isSaved = ({ id, status }: StoredBatch): void => {
    unsaved.delete(id)
    if (isBatchOver(status)) held.delete(id)
  }
  const put = (batch: StoredBatch, write: (batch: StoredBatch) => void): StoredBatch => {
    const next = { ...batch, seq: ++seq }
    held.set(next.id, next)
    try {
      write(next)
      isSaved(next)
    } catch (cause) {
      unsaved.add(next.id)
      logger.warn({ batch: next.id, cause }, 'how a batch stands could not be kept; it is tried again')
    }
    onChange()
    return next
  }
  const save = (batch: StoredBatch): StoredBatch => put(batch, (next) => table.save(next))
  return {
    find,
    get,
    page: (page) => table.page(page)?.map(now),
    ofOutbox(identity, outboxId) {
      const batch = table.ofOutbox(identity, outboxId)
      return batch === undefined ? undefined : now(batch)
    },
    open: () => Array.from(held.values()).filter(({ status }) => !isBatchOver(status)),
    settle(batch) {
      const next = { ...batch, seq: ++seq }
      table.saveDurably(next)
      held.set(next.id, next)
      isSaved(next)
      onChange()
      return next
    },
    save,
    mark: (batch) => put(batch, (next) => table.saveDurably(next)),
    saveRest() {
      for (const id of unsaved) save(get(id))
    },
    remove(id) {
      table.remove(id)
      held.delete(id)
      unsaved.delete(id)
      onChange()
    },
  }
}
