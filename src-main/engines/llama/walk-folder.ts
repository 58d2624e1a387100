import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface WalkLimits {
  readonly depth: number
  /** Entries looked at, over all folders. */
  readonly entries: number
}

/** Told of a folder or file that could not be read; one that does not exist is not told of. */
export type OnUnreadable = (path: string, cause: unknown) => void

/** Paths of the files under a folder, symbolic links to files followed; stops quietly at the limits. */
export async function walkFolder(root: string, limits: WalkLimits, onUnreadable: OnUnreadable): Promise<string[]> {
  const files: string[] = []
  let left = limits.entries
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
      if (!isMissing(cause)) onUnreadable(folder, cause)
      return []
    })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (left-- <= 0) return
      const path = join(folder, entry.name)
      if (entry.isDirectory() && depth > 1) await walk(path, depth - 1)
      else if (entry.isFile()) files.push(path)
      else if (entry.isSymbolicLink() && (await leadsToFile(path))) files.push(path)
    }
  }
  await walk(root, limits.depth)
  return files
}

/** Links to folders are not followed: they may lead in a circle. */
async function leadsToFile(path: string): Promise<boolean> {
  const target = await stat(path).catch(() => undefined)
  return target?.isFile() ?? false
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}
