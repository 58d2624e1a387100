import { z } from 'zod'
import { storedBatch, type StoredBatch } from '../batches/stored-batch'
import type { Database } from './database'

export interface BatchPage {
  /** Of one identity; absent: of everybody. */
  readonly identity?: string | undefined
  /** Those that are older than this one; absent: from the newest. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Batches; `createBatches` is the only writer. What is asked for is read, and nothing else. */
export interface BatchTable {
  get(id: string): StoredBatch | undefined
  /** Newest first; undefined where there is no batch `after` among them. */
  page(page: BatchPage): StoredBatch[] | undefined
  /** Those that have not come to their end, oldest first. */
  open(): StoredBatch[]
  /** The one of an identity with this `outbox_id` in its metadata. */
  ofOutbox(identity: string, outboxId: string): StoredBatch | undefined
  save(batch: StoredBatch): void
  /** As `save`; a power cut does not undo it. */
  saveDurably(batch: StoredBatch): void
  remove(id: string): void
  /** The largest `seq` that was given. */
  lastSeq(): number
}

const record = z.object({ record: z.string() }).transform((row) => storedBatch.parse(JSON.parse(row.record)))
const mark = z.object({ id: z.string(), seq: z.number() })
const over = "('completed', 'failed', 'expired', 'cancelled')"
/** Records that stay parsed: those of the pages that are shown again and again. */
const mostParsed = 512

export function createBatchTable(database: Database): BatchTable {
  /** By id, the last that was asked for last; each is the record of its `seq` for ever. */
  const parsed = new Map<string, StoredBatch>()
  const get = (id: string): StoredBatch | undefined => database.get(record, 'SELECT record FROM batches WHERE id = ?', id)
  const read = ({ id, seq }: z.infer<typeof mark>): StoredBatch[] => {
    const known = parsed.get(id)
    const batch = known?.seq === seq ? known : get(id)
    parsed.delete(id)
    if (batch === undefined) return []
    parsed.set(id, batch)
    const [oldest] = parsed.keys()
    if (parsed.size > mostParsed && oldest !== undefined) parsed.delete(oldest)
    return [batch]
  }
  const marks = ({ identity, after, limit }: BatchPage): z.infer<typeof mark>[] => {
    const conditions = [
      ...(identity === undefined ? [] : [{ sql: 'identity = ?', value: identity }]),
      ...(after === undefined ? [] : [{ sql: '(created_at_ms, rowid) < (SELECT created_at_ms, rowid FROM batches WHERE id = ?)', value: after }]),
    ]
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')} `
    return database.all(mark, `SELECT id, seq FROM batches ${where}ORDER BY created_at_ms DESC, rowid DESC LIMIT ?`, ...conditions.map(({ value }) => value), limit)
  }
  const isThere = (id: string, identity: string | undefined): boolean => {
    const owner = database.get(z.object({ identity: z.string() }), 'SELECT identity FROM batches WHERE id = ?', id)
    return owner !== undefined && (identity === undefined || owner.identity === identity)
  }

  const save = (batch: StoredBatch): void =>
    void database.run(
      'INSERT INTO batches (id, identity, status, created_at_ms, seq, record) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET status = excluded.status, seq = excluded.seq, record = excluded.record',
      batch.id, batch.identity, batch.status, batch.createdAtMs, batch.seq, JSON.stringify(batch),
    )

  return {
    get,
    page: (page) => (page.after !== undefined && !isThere(page.after, page.identity) ? undefined : marks(page).flatMap(read)),
    open: () => database.all(record, `SELECT record FROM batches WHERE status NOT IN ${over} ORDER BY created_at_ms, rowid`),
    ofOutbox: (identity, outboxId) => database.get(record, "SELECT record FROM batches WHERE identity = ? AND json_extract(record, '$.metadata.outbox_id') = ? ORDER BY rowid DESC LIMIT 1", identity, outboxId),
    save,
    saveDurably: (batch) => database.durably(() => save(batch)),
    remove(id) {
      parsed.delete(id)
      database.run('DELETE FROM batches WHERE id = ?', id)
    },
    lastSeq: () => database.get(z.object({ seq: z.number() }), 'SELECT COALESCE(MAX(seq), 0) AS seq FROM batches')?.seq ?? 0,
  }
}
