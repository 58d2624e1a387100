import fs from 'node:fs'
import path from 'node:path'
import { SetupError } from './say.mjs'

/**
 * Bytes that this user may still write on the file system of `folder`, which need not exist yet.
 * @param {string} folder
 */
export function freeBytes(folder) {
  let existing = path.resolve(folder)
  while (!fs.existsSync(existing)) existing = path.dirname(existing)
  const { bavail, bsize } = fs.statfsSync(existing)
  return bavail * bsize
}

/**
 * Refuses to begin what would end on a full disk.
 * @param {string} folder
 * @param {number} neededBytes
 * @param {string} purpose completes "is needed for"
 * @param {(folder: string) => number} [measure]
 */
export function requireDisk(folder, neededBytes, purpose, measure = freeBytes) {
  const free = measure(folder)
  if (free >= neededBytes) return
  throw new SetupError(
    `There is too little disk space: ${gigabytes(neededBytes)} is needed for ${purpose} and ${gigabytes(free)} is free at ${folder}.`,
    'Free some space there and run the command again.',
  )
}

/** @param {number} bytes */
function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
