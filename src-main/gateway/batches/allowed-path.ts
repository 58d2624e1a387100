import { mkdir, realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { FirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'

interface Asked {
  readonly path: string
  /** Of the body. */
  readonly param: string
  /** `batches.inputFolders` of config.yaml. */
  readonly folders: readonly string[]
}

/**
 * Where a path that a caller names really is, whatever links are on the way: in one of the folders that are open to it.
 * @throws FirstError `access_denied`, `file_not_found`
 */
export async function allowedFile(asked: Asked): Promise<string> {
  const roots = await realRoots(asked)
  const real = await realpath(asked.path).catch((cause: unknown) => {
    if (!isErrno(cause, 'ENOENT', 'ENOTDIR')) throw refused(asked, cause)
    throw new FirstError('file_not_found', `There is no file ${asked.path} on the machine of this gateway.`, { param: asked.param, action: 'Name a file that is there.' })
  })
  if (!roots.some((root) => isWithin(root, real))) throw refused(asked)
  return real
}

/** The same of a folder, which is made where it is not there yet. @throws FirstError `access_denied` */
export async function allowedFolder(asked: Asked): Promise<string> {
  const roots = await realRoots(asked)
  const isAllowed = async (path: string): Promise<boolean> => {
    const real = await realpath(path)
    return roots.some((root) => isWithin(root, real))
  }
  if (!(await isAllowed(await deepestExisting(resolve(asked.path), asked)))) throw refused(asked)
  await mkdir(asked.path, { recursive: true }).catch((cause: unknown) => {
    throw refused(asked, cause)
  })
  if (!(await isAllowed(asked.path))) throw refused(asked)
  return realpath(asked.path)
}

/** Nothing is looked up for a path that is outside by its name already: whether it exists is nobody's to know. */
async function realRoots(asked: Asked): Promise<readonly string[]> {
  const { path, folders } = asked
  const roots: string[] = []
  for (const folder of folders) roots.push(await realpath(folder).catch(() => resolve(folder)))
  if (!isAbsolute(path) || path.includes('\0') || ![...folders, ...roots].some((root) => isWithin(resolve(root), resolve(path)))) throw refused(asked)
  return roots
}

async function deepestExisting(path: string, asked: Asked): Promise<string> {
  return realpath(path).catch((cause: unknown) => {
    if (!isErrno(cause, 'ENOENT') || dirname(path) === path) throw refused(asked, cause)
    return deepestExisting(dirname(path), asked)
  })
}

function isWithin(root: string, path: string): boolean {
  const rest = relative(root, path)
  return rest === '' || (rest !== '..' && !rest.startsWith('../') && !isAbsolute(rest))
}

function refused({ param, path, folders }: Asked, cause?: unknown): FirstError {
  const where = folders.length === 0 ? 'this gateway takes no paths' : `it is not in a folder that this gateway may use (${folders.join(', ')})`
  return new FirstError('access_denied', `"${param}" is ${path.slice(0, 500)}: ${where}.`, { param, cause, action: 'Send the file with POST /v1/files, or add its folder to batches.inputFolders in config.yaml.' })
}
