import Libsql from 'libsql'
import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import { isErrno, touchPrivate } from './atomic-file'

/** What libsql binds; anything else (a boolean, undefined) ends the process inside its native code. */
export type SqlValue = string | number | bigint | null

/** SQLite of this process; every row that is read is parsed by a schema. All calls are synchronous. */
export interface Database {
  run(sql: string, ...values: readonly SqlValue[]): { readonly changes: number }
  get<Row>(row: z.ZodType<Row>, sql: string, ...values: readonly SqlValue[]): Row | undefined
  all<Row>(row: z.ZodType<Row>, sql: string, ...values: readonly SqlValue[]): Row[]
  /** Several statements without values. */
  exec(sql: string): void
  /** All of `work` is kept, or, when it throws, nothing. */
  transaction<Result>(work: () => Result): Result
  /** What `work` writes is on the disk when this returns; all else outlives the process, and a power cut some seconds after. Not within a transaction. */
  durably<Result>(work: () => Result): Result
  close(): void
}

/**
 * Opens, or makes, a database; statements are prepared once.
 * @throws FirstError `data_dir_unusable` when it is no database, another program holds it, or it cannot be read or written; `disk_full` from any write.
 */
export function openDatabase(path: string): Database {
  const database = guard(path, () => {
    touchPrivate(path)
    const opened = new Libsql(path, { timeout: 2_000 })
    try {
      for (const setting of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) opened.pragma(setting)
      return opened
    } catch (cause) {
      opened.close()
      throw cause
    }
  })
  const statements = new Map<string, Libsql.Statement>()
  const prepare = (sql: string): Libsql.Statement => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  // Values go in as one list: libsql takes a lone null for named values, and crashes.
  const exec = (sql: string): void => guard(path, () => void database.exec(sql))
  return {
    run: (sql, ...values) => guard(path, () => prepare(sql).run(values)),
    get(row, sql, ...values) {
      const found = guard(path, () => prepare(sql).get(values))
      return found === undefined || found === null ? undefined : row.parse(found)
    },
    all: (row, sql, ...values) => guard(path, () => prepare(sql).all(values)).map((found) => row.parse(found)),
    exec,
    transaction(work) {
      exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        exec('COMMIT')
        return result
      } catch (cause) {
        // A full disk may have rolled it back already.
        if (database.inTransaction) exec('ROLLBACK')
        throw cause
      }
    },
    durably(work) {
      guard(path, () => database.pragma('synchronous = FULL'))
      try {
        return work()
      } finally {
        database.pragma('synchronous = NORMAL')
      }
    },
    close() {
      statements.clear()
      database.close()
    },
  }
}

function guard<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (cause) {
    if (isErrno(cause, 'SQLITE_FULL')) throw new FirstError('disk_full', `The disk of ${path} is full; the write was not made.`, { cause })
    if (isErrno(cause, 'SQLITE_NOTADB', 'SQLITE_CORRUPT')) throw damaged(path, cause)
    if (isErrno(cause, 'SQLITE_BUSY')) throw new FirstError('data_dir_unusable', `Another program holds the database ${path}.`, { cause, action: 'Close what has it open, such as a viewer of databases, and try again.' })
    if (isErrno(cause, 'SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_IOERR')) throw new FirstError('data_dir_unusable', `The database ${path} cannot be read and written: ${cause.message}.`, { cause })
    throw cause
  }
}

/** @param finding what was found, where a check said it. */
export function damaged(path: string, cause?: unknown, finding?: string): FirstError {
  return new FirstError('data_dir_unusable', `The database ${path} is damaged${finding === undefined ? '' : ` (${finding})`}.`, {
    cause,
    action: 'Move it away to start with a new one, or put the newest first-….db of the folder backups in its place.',
  })
}
