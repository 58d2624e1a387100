import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isErrno, writeFileAtomic } from '../storage/atomic-file'

const entry = z.object({
  /** Of what is copied: another content is another submission. */
  mark: z.string(),
  submissionId: z.string(),
  taskId: z.string().exactOptional(),
})
export type JournalEntry = z.infer<typeof entry>

/** Submissions to Globus Transfer that are not over, a file each: written before they are sent, so that a restart takes them up. */
export interface Journal {
  /** Undefined where there is none, or it is damaged: then it is begun anew. */
  read(name: string): Promise<JournalEntry | undefined>
  write(name: string, entry: JournalEntry): Promise<void>
  remove(name: string): Promise<void>
}

export function createJournal(folder: string): Journal {
  const pathOf = (name: string): string => join(folder, `${name}.task.json`)
  return {
    async read(name) {
      try {
        return entry.safeParse(JSON.parse(await readFile(pathOf(name), 'utf8'))).data
      } catch (cause) {
        if (isErrno(cause, 'ENOENT') || cause instanceof SyntaxError) return undefined
        throw cause
      }
    },
    async write(name, one) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFileAtomic(pathOf(name), JSON.stringify(one))
    },
    remove: (name) => rm(pathOf(name), { force: true }),
  }
}
