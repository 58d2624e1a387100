import { z } from 'zod'
import { storedFile, type StoredFile } from '@shared/domain/file'
import type { Database } from './database'

/** Files of callers, as the disk has them; `createFileStore` is the only writer. */
export interface FileTable {
  get(id: string): StoredFile | undefined
  /** Of one identity, or of everybody; oldest first. */
  list(identity: string | undefined): StoredFile[]
  bytesOf(identity: string): number
  /** A power cut does not undo it: whoever sent the file was told that it is here. */
  save(file: StoredFile): void
  remove(id: string): void
  expired(nowMs: number): StoredFile[]
}

const columns = 'id, identity, purpose, filename, bytes, sha256, created_at_ms AS createdAtMs, expires_at_ms AS expiresAtMs'
const missing = <Value>(value: Value | null): Value | undefined => value ?? undefined
const row: z.ZodType<StoredFile> = storedFile.extend({ sha256: z.string().nullable().transform(missing), expiresAtMs: z.number().nullable().transform(missing) })

export function createFileTable(database: Database): FileTable {
  return {
    get: (id) => database.get(row, `SELECT ${columns} FROM files WHERE id = ?`, id),
    list: (identity) =>
      identity === undefined
        ? database.all(row, `SELECT ${columns} FROM files ORDER BY created_at_ms, rowid`)
        : database.all(row, `SELECT ${columns} FROM files WHERE identity = ? ORDER BY created_at_ms, rowid`, identity),
    bytesOf: (identity) => database.get(z.object({ bytes: z.number() }), 'SELECT COALESCE(SUM(bytes), 0) AS bytes FROM files WHERE identity = ?', identity)?.bytes ?? 0,
    save: ({ id, identity, purpose, filename, bytes, sha256, createdAtMs, expiresAtMs }) =>
      void database.durably(() =>
        database.run(
          'INSERT OR REPLACE INTO files (id, identity, purpose, filename, bytes, sha256, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          id, identity, purpose, filename, bytes, sha256 ?? null, createdAtMs, expiresAtMs ?? null,
        ),
      ),
    remove: (id) => void database.run('DELETE FROM files WHERE id = ?', id),
    expired: (nowMs) => database.all(row, `SELECT ${columns} FROM files WHERE expires_at_ms <= ?`, nowMs),
  }
}
