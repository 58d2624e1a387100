import { z } from 'zod'
import { storedBatch, type StoredBatch } from '../batches/stored-batch'
import type { Database } from './database'

/** Batches; `createBatches` is the only writer. */
export interface BatchTable {
  get(id: string): StoredBatch | undefined
  /** Of one identity, or of everybody; newest first. */
  list(identity: string | undefined): StoredBatch[]
  /** Those that have not come to their end. */
  open(): StoredBatch[]
  save(batch: StoredBatch): void
  remove(id: string): void
  /** The largest `seq` that was given. */
  lastSeq(): number
}

const row = z.object({ record: z.string() }).transform(({ record }) => storedBatch.parse(JSON.parse(record)))
const over = "('completed', 'failed', 'expired', 'cancelled')"

export function createBatchTable(database: Database): BatchTable {
  return {
    get: (id) => database.get(row, 'SELECT record FROM batches WHERE id = ?', id),
    list: (identity) =>
      identity === undefined
        ? database.all(row, 'SELECT record FROM batches ORDER BY created_at_ms DESC, rowid DESC')
        : database.all(row, 'SELECT record FROM batches WHERE identity = ? ORDER BY created_at_ms DESC, rowid DESC', identity),
    open: () => database.all(row, `SELECT record FROM batches WHERE status NOT IN ${over} ORDER BY created_at_ms, rowid`),
    save: (batch) =>
      void database.run(
        'INSERT INTO batches (id, identity, status, created_at_ms, seq, record) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, seq = excluded.seq, record = excluded.record',
        batch.id, batch.identity, batch.status, batch.createdAtMs, batch.seq, JSON.stringify(batch),
      ),
    remove: (id) => void database.run('DELETE FROM batches WHERE id = ?', id),
    lastSeq: () => database.get(z.object({ seq: z.number() }), 'SELECT COALESCE(MAX(seq), 0) AS seq FROM batches')?.seq ?? 0,
  }
}
