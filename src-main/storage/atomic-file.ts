import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Replaces a file in one step: a reader, or a start after a power cut, sees the old content or the new, never a part. */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const draft = await writeDraft(path, content, mode)
  try {
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true })
    throw cause
  }
  await syncFolder(dirname(path))
}

/** Makes a file unless it is there. @returns the content that is there in the end, ours or an earlier one. */
export async function createFileOnce(path: string, content: string, mode = 0o600): Promise<string> {
  const draft = await writeDraft(path, content, mode)
  try {
    await link(draft, path)
    await syncFolder(dirname(path))
    return content
  } catch (cause) {
    if (!isErrno(cause, 'EEXIST')) throw cause
    return await readFile(path, 'utf8')
  } finally {
    await rm(draft, { force: true })
  }
}

/** Makes an empty file that only this user may read, unless it is there: SQLite would make it with the ordinary mode. */
export function touchPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (cause) {
    if (!isErrno(cause, 'EEXIST')) throw cause
  }
}

async function writeDraft(path: string, content: string | Uint8Array, mode: number): Promise<string> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`
  const file = await open(draft, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } catch (cause) {
    await rm(draft, { force: true })
    throw cause
  } finally {
    await file.close()
  }
  return draft
}

/** A rename is safe from a power cut once its folder is written; Windows has no such call. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export function isErrno(cause: unknown, ...codes: readonly string[]): cause is NodeJS.ErrnoException {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && codes.includes(cause.code)
}
