import { readFileSync, rmSync } from 'node:fs'
import Libsql from 'libsql'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { isErrno, touchPrivate, writeFileAtomic } from './atomic-file'
import type { DataDir } from './data-dir'

/** What stands in owner.json: who holds a data directory and where its gateway answers. */
export const owner = z.object({ pid: z.number().int(), sinceMs: z.number(), url: z.string().optional() })
export type Owner = z.infer<typeof owner>

export interface OwnerLock {
  /** True when the last holder did not let go in order: it was killed, or the power went. */
  readonly afterCrash: boolean
  /** Writes owner.json, which the command line and a second process read. */
  announce(owner: Owner): Promise<void>
  release(): void
}

/**
 * Takes a data directory for this process. The lock is an exclusive SQLite transaction, so the system frees it when
 * the process dies in whatever way; owner.json only tells people about it.
 * @throws FirstError `data_dir_in_use` that names the holder.
 */
export function takeOwnerLock(dataDir: DataDir): OwnerLock {
  touchPrivate(dataDir.ownerLock)
  const lock = new Libsql(dataDir.ownerLock)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (isErrno(cause, 'SQLITE_BUSY', 'SQLITE_LOCKED')) throw inUse(dataDir, cause)
    throw new FirstError('data_dir_unusable', `The data directory ${dataDir.root} cannot be locked.`, { cause, action: `Delete ${dataDir.ownerLock} while no FIRST Desktop runs there, or choose a folder on a disk of this machine with --data-dir.` })
  }
  let isHeld = true
  let isAnnounced = false
  return {
    afterCrash: readOwner(dataDir) !== undefined,
    async announce(holder) {
      await writeFileAtomic(dataDir.owner, `${JSON.stringify(holder)}\n`)
      isAnnounced = true
    },
    release() {
      if (!isHeld) return
      isHeld = false
      // What a killed process left stays for the next start, which checks the database for it.
      if (isAnnounced) rmSync(dataDir.owner, { force: true })
      lock.close()
    },
  }
}

/** @returns who announced itself last; it may have died since. */
export function readOwner(dataDir: DataDir): Owner | undefined {
  try {
    return owner.parse(JSON.parse(readFileSync(dataDir.owner, 'utf8')))
  } catch (cause) {
    if (isErrno(cause, 'ENOENT', 'ENOTDIR') || cause instanceof SyntaxError || cause instanceof z.ZodError) return undefined
    throw cause
  }
}

function inUse(dataDir: DataDir, cause: unknown): FirstError {
  const holder = readOwner(dataDir)
  const who = holder === undefined ? '' : ` (process ${holder.pid}, since ${new Date(holder.sinceMs).toISOString()}${holder.url === undefined ? '' : `, at ${holder.url}`})`
  return new FirstError('data_dir_in_use', `The data directory ${dataDir.root} is held by another FIRST Desktop${who}.`, { cause, ...(holder && { info: { pid: holder.pid } }) })
}
