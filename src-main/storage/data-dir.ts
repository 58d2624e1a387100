import { constants } from 'node:fs'
import { access, lstat, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'
import { FirstError } from '@shared/errors'
import { isErrno } from './atomic-file'

/** Where everything of one owner is kept. */
export interface DataDir {
  readonly root: string
  readonly database: string
  readonly config: string
  readonly localKey: string
  readonly secrets: string
  readonly owner: string
  readonly ownerLock: string
  readonly backups: string
  readonly files: string
  readonly logs: string
}

export function dataDirPaths(root: string): DataDir {
  return {
    root,
    database: join(root, 'first.db'),
    config: join(root, 'config.yaml'),
    localKey: join(root, 'local.key'),
    secrets: join(root, 'secrets.json'),
    owner: join(root, 'owner.json'),
    ownerLock: join(root, 'owner.lock'),
    backups: join(root, 'backups'),
    files: join(root, 'files'),
    logs: join(root, 'logs'),
  }
}

/** The platform's folder for an app's data, such as `~/.local/share/first-desktop`. */
export function defaultDataDir(): string {
  return envPaths('first-desktop', { suffix: '' }).data
}

/**
 * Makes the data directory, for its owner only, and proves that it and what is in it can be read and written.
 * @throws FirstError `data_dir_unusable` or `disk_full` that says what is wrong where.
 */
export async function prepareDataDir(root: string): Promise<DataDir> {
  const paths = dataDirPaths(root)
  try {
    for (const folder of [root, paths.backups, paths.files, paths.logs]) await makeFolder(folder)
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK)
    await writeProbe(join(root, `.probe-${process.pid}`))
  } catch (cause) {
    if (isErrno(cause, 'ENOSPC', 'EDQUOT')) throw new FirstError('disk_full', `The data directory ${root} cannot be used: ${reason(cause)}.`, { cause })
    throw new FirstError('data_dir_unusable', `The data directory ${root} cannot be used: ${reason(cause)}.`, { cause })
  }
  // The others are replaced whole, never written in place.
  for (const file of [paths.ownerLock, paths.database]) await requireOwnFile(file, constants.R_OK | constants.W_OK)
  for (const file of [paths.owner, paths.localKey, paths.secrets]) await requireOwnFile(file, constants.R_OK)
  return paths
}

/** What is there already must be a file of this user's: one that `sudo` left behind, or a folder, is named here. */
async function requireOwnFile(path: string, rights: number): Promise<void> {
  const refuse = (why: string, cause?: unknown): FirstError =>
    new FirstError('data_dir_unusable', `The file ${path} cannot be used: ${why}.`, { cause, action: 'Give it to the user who starts FIRST Desktop, move it away, or choose another folder with --data-dir.' })
  try {
    if (!(await stat(path)).isFile()) throw refuse('it is not a file')
    await access(path, rights)
  } catch (cause) {
    if (cause instanceof FirstError) throw cause
    if (!isErrno(cause, 'ENOENT')) throw refuse(reason(cause), cause)
    if (await isThere(path)) throw refuse('it is a link to a file that is not there', cause)
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

/** As `mkdir -p`; Node's own never comes back from a parent in which nothing can be made, such as /proc. */
async function makeFolder(path: string, mayMakeParent = true): Promise<void> {
  try {
    await mkdir(path, 0o700)
  } catch (cause) {
    if (isErrno(cause, 'EEXIST') && (await stat(path)).isDirectory()) return
    if (!isErrno(cause, 'ENOENT') || !mayMakeParent || dirname(path) === path) throw cause
    await makeFolder(dirname(path))
    await makeFolder(path, false)
  }
}

/** Large enough that a file system with no free block refuses it. */
async function writeProbe(path: string): Promise<void> {
  try {
    const file = await open(path, 'w', 0o600)
    try {
      await file.writeFile(Buffer.alloc(64 * 1024))
      await file.sync()
    } finally {
      await file.close()
    }
  } finally {
    await rm(path, { force: true })
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission to read and write there',
  EPERM: 'the system does not permit to write there',
  EROFS: 'it is on a file system that can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota of this user is used up',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'there is a file of that name',
  ENOENT: 'it cannot be made there',
  ELOOP: 'its path is a circle of links',
  ENAMETOOLONG: 'its path is too long',
}

function reason(cause: unknown): string {
  if (isErrno(cause, ...Object.keys(reasons))) return reasons[cause.code ?? ''] ?? cause.message
  return cause instanceof Error ? cause.message : String(cause)
}
