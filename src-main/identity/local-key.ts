import { chmod, readFile, stat } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import { createFileOnce, isErrno } from '../storage/atomic-file'
import { keyPattern, newKey, type RandomBytes } from './secret-text'

/**
 * The owner's key: in `local.key`, for this user only, made at the first start.
 * @throws FirstError `secret_unreadable` when the file holds something else.
 */
export async function readOrMakeLocalKey(path: string, random?: RandomBytes): Promise<string> {
  const text = await readLocalKey(path)
  const key = text ?? (await createFileOnce(path, `${newKey(random)}\n`)).trim()
  if (!keyPattern.test(key)) throw new FirstError('secret_unreadable', `The file ${path} holds no key of FIRST Desktop.`, { action: 'Delete it and start again: a new one is made.' })
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
  return key
}

/** @returns undefined when there is none yet. */
export async function readLocalKey(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw new FirstError('secret_unreadable', `The owner's key ${path} cannot be read.`, { cause, action: 'Run this as the user whose FIRST Desktop it is, or choose another folder with --data-dir.' })
  }
}
