import { realpathSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isErrno } from '../../storage/atomic-file'
import type { Logger } from '../logger'

/** Editors write in several steps, some by a rename: one look, this long after the last of them. */
const settleMs = 100

/**
 * Watches a file through its folder, so that a file that is replaced, or not there yet, is followed too; of a link, both ends.
 * `onChange` may be called when nothing changed; the caller compares contents. A system that has no watches left
 * (inotify's limits are often reached) is only logged.
 */
export function watchFile(path: string, onChange: () => void, logger: Logger): { close(): void } {
  let timer: NodeJS.Timeout | undefined
  const unseen = (cause: unknown): void => logger.warn({ cause, path }, 'changes of config.yaml are not seen; start again to read them')
  const follow = (file: string): { close(): void } => {
    try {
      const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(file)) return
        clearTimeout(timer)
        timer = setTimeout(onChange, settleMs)
      })
      return watcher.on('error', unseen)
    } catch (cause) {
      unseen(cause)
      return { close: () => undefined }
    }
  }
  const watchers = [...new Set([path, targetOf(path)])].map(follow)
  return {
    close() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return path
    throw cause
  }
}
