import { createReadStream, createWriteStream } from 'node:fs'
import { open, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { syncFolder } from '../storage/atomic-file'
import type { FileStore } from './files/file-store'
import type { StoredBatch } from './stored-batch'

type Delivered = Partial<Pick<StoredBatch, 'paths' | 'note'>>

/**
 * Copies what came of a batch into the folder it was asked for with: a line for each request in `<id>.results.jsonl`, the counts in
 * `<id>.progress.json`, as a FIRST site leaves them. Again after a restart: the same. What cannot be written there is told in a note, and
 * stays where all results are.
 */
export async function deliverResults({ id, paths, outputFileId, errorFileId, total, completed, failed, note }: StoredBatch, files: Pick<FileStore, 'pathOf'>, nowMs: number): Promise<Delivered> {
  const folder = paths?.outputFolder
  if (paths === undefined || folder === undefined) return {}
  const results = join(folder, `${id}.results.jsonl`)
  const progress = join(folder, `${id}.progress.json`)
  try {
    // It was a real path when it was allowed: a link that stands there now leads elsewhere.
    if ((await realpath(folder)) !== folder) throw new Error(`${folder} has become a link`)
    await replace(results, async (part) => {
      for (const fileId of [outputFileId, errorFileId]) if (fileId !== undefined) await pipeline(createReadStream(files.pathOf(fileId)), createWriteStream(part, { flags: 'a' }))
    })
    await replace(progress, (part) => writeFile(part, `${JSON.stringify({ batch_id: id, total, completed, failed, ended_at: new Date(nowMs).toISOString() })}\n`, { flag: 'a' }))
    return { paths: { ...paths, results, progress } }
  } catch (cause) {
    const reason = `The results could not be written into ${folder} (${cause instanceof Error ? cause.message : String(cause)}); they can be fetched all the same.`
    return { note: note === undefined ? reason : `${note} ${reason}` }
  }
}

/** A reader of the folder sees it whole or not at all, also after a power cut. */
async function replace(path: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.part`
  await rm(part, { force: true })
  await writeFile(part, '', { flag: 'wx' })
  try {
    await write(part)
    await toDisk(part)
    await rename(part, path)
    await syncFolder(dirname(path))
  } finally {
    await rm(part, { force: true })
  }
}

async function toDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}
