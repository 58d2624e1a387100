import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { BackupInfo } from '@shared/rpc/contract'
import type { Clock } from '../../core/clock'
import type { Logger } from '../../core/logger'
import { isErrno, syncFolder, writeFileAtomic } from '../atomic-file'
import { requireSpace } from '../space'
import { openLinePages, type LinePages, type Page } from './line-pages'
import { keptIds } from './rota'
import { readFacts, syncFile, writeSnapshot, type SnapshotWriter } from './snapshot-file'

export interface ConversationBackups {
  /** Newest first; only those that were verified when they were written. */
  list(): Promise<BackupInfo[]>
  begin(): Promise<string>
  append(id: string, lines: string): Promise<void>
  commit(id: string, counts: { conversations: number; messages: number }): Promise<BackupInfo>
  abort(id: string): Promise<void>
  read(id: string, offset: number): Promise<Page>
  /** Drops what was begun and not committed. */
  close(): Promise<void>
}

const manifest = z.strictObject({ takenAtMs: z.number(), conversations: z.number(), messages: z.number(), lines: z.number(), sha256: z.string() })
const idPattern = /^conversations-\d{8}T\d{9}Z$/
const pageBytes = 1_000_000
/** Snapshots under way at once; a window that went away leaves one behind. */
const mostOpen = 4

/** Snapshots of the window's conversations, `conversations-<time>.jsonl.gz` with what is in them beside it as `.json`. */
export async function createConversationBackups(deps: { dir: string; clock: Clock; logger: Logger }): Promise<ConversationBackups> {
  const { dir, clock, logger } = deps
  const writers = new Map<string, { writer: SnapshotWriter; takenAtMs: number }>()
  let pages: { id: string; reader: LinePages } | undefined
  const dataFile = (id: string): string => join(dir, `${known(id)}.jsonl.gz`)
  const draftFile = (id: string): string => `${dataFile(id)}.part`
  const manifestFile = (id: string): string => join(dir, `${known(id)}.json`)
  for (const name of await readdir(dir)) if (name.endsWith('.jsonl.gz.part')) await rm(join(dir, name))

  const take = (id: string): { writer: SnapshotWriter; takenAtMs: number } => {
    const open = writers.get(known(id))
    if (open === undefined) throw new FirstError('not_found', `There is no snapshot ${id} under way.`, { param: 'id' })
    return open
  }
  const abort = async (id: string): Promise<void> => {
    const { writer } = take(id)
    writers.delete(id)
    await writer.abort()
  }
  const info = async (id: string): Promise<BackupInfo | undefined> => {
    try {
      const { size } = await stat(dataFile(id))
      const { takenAtMs, conversations, messages } = manifest.parse(JSON.parse(await readFile(manifestFile(id), 'utf8')))
      return { id, takenAtMs, conversations, messages, sizeBytes: size }
    } catch (cause) {
      if (!isErrno(cause, 'ENOENT')) logger.warn({ cause, id }, 'a snapshot of conversations is left out: it cannot be read')
      return undefined
    }
  }
  const list = async (): Promise<BackupInfo[]> => {
    const ids = (await readdir(dir)).flatMap((name) => (name.endsWith('.jsonl.gz') ? [name.slice(0, -'.jsonl.gz'.length)] : [])).filter((id) => idPattern.test(id))
    const found = await Promise.all(ids.map(info))
    return found.filter((entry) => entry !== undefined).sort((one, other) => other.takenAtMs - one.takenAtMs)
  }
  const prune = async (): Promise<void> => {
    const entries = await list()
    const kept = keptIds(entries, clock.now())
    for (const { id } of entries.filter((entry) => !kept.has(entry.id))) {
      await rm(dataFile(id), { force: true })
      await rm(manifestFile(id), { force: true })
    }
  }

  return {
    list,
    async begin() {
      await requireSpace(dir, 2 * ((await list())[0]?.sizeBytes ?? 1_000_000))
      const [oldest] = writers.keys()
      if (oldest !== undefined && writers.size >= mostOpen) await abort(oldest)
      // Two in one millisecond would share a name; nothing is waited for between the look and the taking.
      const taken = new Set([...(await list()).map((entry) => entry.id), ...writers.keys()])
      let takenAtMs = clock.now()
      while (taken.has(idAt(takenAtMs)) || writers.has(idAt(takenAtMs))) takenAtMs += 1
      const id = idAt(takenAtMs)
      writers.set(id, { writer: writeSnapshot(draftFile(id)), takenAtMs })
      return id
    },
    append: async (id, lines) => take(id).writer.append(lines),
    async commit(id, counts) {
      const { writer, takenAtMs } = take(id)
      writers.delete(id)
      try {
        const sent = await writer.end()
        await syncFile(draftFile(id))
        const found = await readFacts(draftFile(id))
        if (found.sha256 !== sent) throw new FirstError('backup_damaged', 'The snapshot that was read back is not the one that was written; it was dropped.')
        if (found.conversations !== counts.conversations || found.messages !== counts.messages)
          throw new FirstError('invalid_request', `The snapshot holds ${found.conversations} conversations and ${found.messages} messages, not ${counts.conversations} and ${counts.messages}; it was dropped.`)
        await writeFileAtomic(manifestFile(id), JSON.stringify({ ...found, takenAtMs }))
        await rename(draftFile(id), dataFile(id))
        await syncFolder(dir)
      } catch (cause) {
        await rm(draftFile(id), { force: true })
        await rm(manifestFile(id), { force: true })
        throw cause
      }
      await prune()
      const { size } = await stat(dataFile(id))
      return { id, takenAtMs, ...counts, sizeBytes: size }
    },
    abort,
    async read(id, offset) {
      if ((await info(known(id))) === undefined) throw new FirstError('not_found', `There is no snapshot ${id}.`, { param: 'id' })
      if (pages?.id !== id || pages.reader.offset !== offset) {
        pages?.reader.close()
        pages = { id, reader: await openLinePages(dataFile(id), offset, pageBytes) }
      }
      return await pages.reader.next()
    },
    async close() {
      pages?.reader.close()
      for (const id of [...writers.keys()]) await abort(id)
    },
  }
}

function idAt(ms: number): string {
  return `conversations-${new Date(ms).toISOString().replaceAll(/[-:.]/g, '')}`
}

/** An id comes from a window and becomes a file's name: nothing but ours may pass. */
function known(id: string): string {
  if (!idPattern.test(id)) throw new FirstError('invalid_request', 'This is not the id of a snapshot.', { param: 'id' })
  return id
}
