import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Logger } from '../../core/logger'
import { writeFileAtomic } from '../../storage/atomic-file'

/** Tasks that are under way, kept over a restart: the same request then takes up the task it had. */
export interface TaskLedger {
  /** A task of an earlier start that the same request was submitted as; each is given once. */
  adopt(key: string): Promise<string | undefined>
  add(task: string, key: string): void
  remove(task: string): void
  /** Resolves when all of it is written. */
  flush(): Promise<void>
}

export interface TaskLedgerDeps {
  readonly path: string
  readonly now: () => number
  readonly logger: Pick<Logger, 'warn'>
}

/** Globus Compute forgets a task after two weeks (wire/globus.md, "Limits"). */
const longestMs = 14 * 24 * 60 * 60_000

const entry = z.object({ task: z.string(), key: z.string(), atMs: z.number() })
const kept = z.object({ tasks: z.array(entry) })

/** A file with ids and digests alone, no word of a request; it is read when it is first needed, and one that is damaged is begun anew. */
export function createTaskLedger({ path, now, logger }: TaskLedgerDeps): TaskLedger {
  const tasks = new Map<string, { readonly key: string; readonly atMs: number }>()
  const orphans = new Map<string, string[]>()
  let isDirty = false
  let writing: Promise<void> | undefined
  let loading: Promise<void> | undefined

  const load = async (): Promise<void> => {
    try {
      for (const { task, key, atMs } of kept.parse(JSON.parse(await readFile(path, 'utf8'))).tasks) {
        if (now() - atMs > longestMs) continue
        tasks.set(task, { key, atMs })
        orphans.set(key, [...(orphans.get(key) ?? []), task])
      }
    } catch (cause) {
      const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
      if (!isAbsent) logger.warn({ cause, path }, 'the list of tasks at Globus Compute could not be read')
    }
  }
  const loaded = (): Promise<void> => (loading ??= load())

  const write = async (): Promise<void> => {
    await loaded()
    while (isDirty) {
      isDirty = false
      try {
        await mkdir(dirname(path), { recursive: true })
        await writeFileAtomic(path, JSON.stringify({ tasks: Array.from(tasks, ([task, { key, atMs }]) => ({ task, key, atMs })) }))
      } catch (cause) {
        logger.warn({ cause, path }, 'the list of tasks at Globus Compute could not be kept')
      }
    }
    writing = undefined
  }
  const changed = (): void => {
    isDirty = true
    writing ??= write()
  }

  return {
    async adopt(key) {
      await loaded()
      const [task, ...others] = orphans.get(key) ?? []
      orphans.set(key, others)
      if (others.length === 0) orphans.delete(key)
      return task
    },
    add(task, key) {
      tasks.set(task, { key, atMs: now() })
      changed()
    },
    remove(task) {
      if (tasks.delete(task)) changed()
    },
    flush: () => writing ?? Promise.resolve(),
  }
}
