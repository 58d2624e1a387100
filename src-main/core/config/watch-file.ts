import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Logger } from '../logger'

/** Editors write in several steps, some by a rename: one look, this long after the last of them. */
const settleMs = 100

/**
 * Watches a file through its folder, so that a file that is replaced, or not there yet, is followed too.
 * `onChange` may be called when nothing changed; the caller compares contents.
 */
export function watchFile(path: string, onChange: () => void, logger: Logger): { close(): void } {
  const folder = dirname(path)
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(folder, { persistent: false }, (_event, name) => {
    if (name !== null && name !== basename(path)) return
    clearTimeout(timer)
    timer = setTimeout(onChange, settleMs)
  })
  watcher.on('error', (cause) => logger.warn({ cause, folder }, 'changes of config.yaml are not seen any more; start again to read them'))
  return {
    close() {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
