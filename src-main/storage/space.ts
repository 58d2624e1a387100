import { statfs } from 'node:fs/promises'
import { FirstError } from '@shared/errors'

/** Bytes that this user can still write on the disk of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** What is left for SQLite's own log and the system after any write of ours. */
export const reserveBytes = 16 * 1024 * 1024

/**
 * Finds a full disk before a write starts.
 * @throws FirstError `disk_full` unless `sizeBytes` fit with the reserve.
 */
export async function requireSpace(folder: string, sizeBytes: number, reserve = reserveBytes): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= sizeBytes + reserve) return
  throw new FirstError('disk_full', `The disk of ${folder} has ${megabytes(free)} free; ${megabytes(sizeBytes + reserve)} are needed.`)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
