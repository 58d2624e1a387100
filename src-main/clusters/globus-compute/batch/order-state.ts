import { mkdir, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { framework, modelId, operation } from '@shared/domain/model'
import { isErrno, writeFileAtomic } from '../../../storage/atomic-file'

const count = z.number().int().nonnegative()

/** Requests that go as one task, by their lines in the file. */
const chunk = z.object({ id: count, lines: z.array(count), /** So often it has brought nothing. */ tries: count })
export type Chunk = z.infer<typeof chunk>

/** How far an order is; what a restart needs. */
export const orderState = z.object({
  model: modelId,
  framework,
  operation,
  status: z.enum(['running', 'ended', 'failed']),
  reason: z.string().optional(),
  /** The first line that is in no chunk yet. */
  next: count,
  nextChunk: count,
  /** Under way, or to be sent. */
  chunks: z.array(chunk),
  completed: count,
  failed: count,
})
export type OrderState = z.infer<typeof orderState>

export const requestsPath = (folder: string): string => join(folder, 'requests.jsonl')
const statePath = (folder: string): string => join(folder, 'state.json')
const resultsFolder = (folder: string): string => join(folder, 'results')
export const resultsPath = (folder: string, chunkId: string): string => join(resultsFolder(folder), `${chunkId}.jsonl`)

export const saveState = (folder: string, state: OrderState): Promise<void> => writeFileAtomic(statePath(folder), JSON.stringify(state))

/** @returns undefined where there is no such order */
export async function loadState(folder: string): Promise<OrderState | undefined> {
  try {
    return orderState.parse(JSON.parse(await readFile(statePath(folder), 'utf8')))
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** When it last changed, Unix milliseconds. */
export const changedAtMs = async (folder: string): Promise<number> => (await stat(statePath(folder))).mtimeMs

/** The results of a chunk are there whole or not at all. */
export async function keepResults(folder: string, { id }: Chunk, lines: readonly string[]): Promise<void> {
  await mkdir(resultsFolder(folder), { recursive: true })
  await writeFileAtomic(resultsPath(folder, String(id)), lines.map((line) => `${line}\n`).join(''))
}

/** @returns undefined where they are not there */
export async function readResults(folder: string, { id }: Chunk): Promise<readonly string[] | undefined> {
  try {
    return (await readFile(resultsPath(folder, String(id)), 'utf8')).split('\n').filter((line) => line !== '')
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return undefined
    throw cause
  }
}

/** Ids of the chunks that have results. */
export async function chunksWithResults(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(resultsFolder(folder))).flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? [])
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return []
    throw cause
  }
}
