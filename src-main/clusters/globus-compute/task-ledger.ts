import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Logger } from '../../core/logger'
import { writeFileAtomic } from '../../storage/atomic-file'

/** What a request was submitted as before. */
export type Earlier =
  | { readonly kind: 'task'; readonly task: string }
  /** The answer to its submission was never heard: what became of it is known by its task group alone. */
  | { readonly kind: 'group'; readonly group: string; readonly size: number }

/** Tasks that are under way, kept over a restart: the same request then takes up the task it had. */
export interface TaskLedger {
  /** What the same request was submitted as, of an earlier start or with a lost answer; each is given once. */
  adopt(key: string): Promise<Earlier | undefined>
  /** An adoption that came to nothing for now: the next one gets it. */
  giveBack(key: string, earlier: Earlier): void
  /** A submission is about to go as a task group of its own. Resolves when that is written. */
  begin(group: string, keys: readonly string[]): Promise<void>
  /** Its answer was heard. */
  named(group: string, tasks: readonly { readonly task: string; readonly key: string }[]): void
  /** Its answer was not heard, though it may have been taken. */
  lost(group: string): void
  /** It was not taken, or nothing of it is to be found. */
  drop(group: string): void
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
/** Who asked with a connection is gone, and a batch has come back by now; Globus Compute drops a result that nobody fetched as soon. */
const abandonMs = 30 * 60_000

const entry = z.object({ task: z.string(), key: z.string(), atMs: z.number() })
const groupEntry = z.object({ group: z.string(), keys: z.array(z.string()), atMs: z.number() })
const kept = z.object({ tasks: z.array(entry), groups: z.array(groupEntry).default([]) })

interface Orphan {
  readonly earlier: Earlier
  readonly sinceMs: number
}

/** A file with ids and digests alone, no word of a request; it is read when it is first needed, and one that is damaged is begun anew. */
export function createTaskLedger({ path, now, logger }: TaskLedgerDeps): TaskLedger {
  const tasks = new Map<string, { readonly key: string; readonly atMs: number }>()
  const groups = new Map<string, { readonly keys: readonly string[]; readonly atMs: number }>()
  const orphans = new Map<string, Orphan[]>()
  let isDirty = false
  let writing: Promise<void> | undefined
  let loading: Promise<void> | undefined

  const leave = (key: string, earlier: Earlier): void => void orphans.set(key, [...(orphans.get(key) ?? []), { earlier, sinceMs: now() }])

  const load = async (): Promise<void> => {
    try {
      const known = kept.parse(JSON.parse(await readFile(path, 'utf8')))
      const isYoung = ({ atMs }: { readonly atMs: number }): boolean => now() - atMs <= longestMs
      for (const { task, key, atMs } of known.tasks.filter(isYoung)) {
        tasks.set(task, { key, atMs })
        leave(key, { kind: 'task', task })
      }
      for (const { group, keys, atMs } of known.groups.filter(isYoung)) {
        groups.set(group, { keys, atMs })
        for (const key of keys) leave(key, { kind: 'group', group, size: keys.length })
      }
    } catch (cause) {
      const isAbsent = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
      if (!isAbsent) logger.warn({ cause, path }, 'the list of tasks at Globus Compute could not be read')
    }
  }
  const loaded = (): Promise<void> => (loading ??= load())

  /** What nobody has come back for is let go of. */
  const abandon = (): void => {
    for (const [key, list] of orphans) {
      const left = list.filter(({ sinceMs }) => now() - sinceMs < abandonMs)
      if (left.length === list.length) continue
      for (const { earlier, sinceMs } of list)
        if (now() - sinceMs >= abandonMs) {
          if (earlier.kind === 'task') tasks.delete(earlier.task)
          else groups.delete(earlier.group)
        }
      if (left.length === 0) orphans.delete(key)
      else orphans.set(key, left)
    }
  }

  const write = async (): Promise<void> => {
    await loaded()
    while (isDirty) {
      isDirty = false
      abandon()
      const content = { tasks: Array.from(tasks, ([task, { key, atMs }]) => ({ task, key, atMs })), groups: Array.from(groups, ([group, { keys, atMs }]) => ({ group, keys, atMs })) }
      try {
        await mkdir(dirname(path), { recursive: true })
        await writeFileAtomic(path, JSON.stringify(content))
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
  const flush = (): Promise<void> => writing ?? Promise.resolve()

  return {
    async adopt(key) {
      await loaded()
      abandon()
      const [first, ...others] = orphans.get(key) ?? []
      if (others.length === 0) orphans.delete(key)
      else orphans.set(key, others)
      return first?.earlier
    },
    giveBack: leave,
    async begin(group, keys) {
      if (keys.length === 0) return
      await loaded()
      groups.set(group, { keys, atMs: now() })
      changed()
      await flush()
    },
    named(group, list) {
      if (!groups.delete(group) && list.length === 0) return
      for (const { task, key } of list) tasks.set(task, { key, atMs: now() })
      changed()
    },
    lost(group) {
      const keys = groups.get(group)?.keys ?? []
      for (const key of keys) leave(key, { kind: 'group', group, size: keys.length })
    },
    drop(group) {
      if (groups.delete(group)) changed()
    },
    remove(task) {
      if (tasks.delete(task)) changed()
    },
    flush,
  }
}
