import type { FileHandle } from 'node:fs/promises'
import type { Batch } from '@shared/domain/batch'
import { isErrno } from '../../storage/atomic-file'
import type { FileStore } from '../files/file-store'
import { partPath } from '../part-path'
import { openLineIndex, type LineIndex } from '../validate/line-index'
import { describeRequest, describeResult, type RequestText, type ResultLineText } from './describe-line'
import { readLines, type LineBytes } from './read-lines'
import { openFirst, type ResultIndex, type ResultKind, type ResultPaths } from './result-index'

/** Everything of one request that a table or a search can use; texts are whole. */
export interface RequestRow {
  readonly index: number
  readonly line: number
  readonly kind: ResultKind | undefined
  readonly customId: string
  readonly question: string
  readonly result: ResultLineText | undefined
}

/** The bytes hold while they are told. @param line its number in the file, from 1 */
export type RequestTeller = (index: number, bytes: LineBytes, line: number) => void
export type ResultTeller = (index: number, bytes: LineBytes) => void

/** The files of one batch, open. */
export interface OpenTable {
  /** Requests that can be shown. */
  readonly count: number
  readonly input: { readonly file: FileHandle; readonly lines: LineIndex } | undefined
  readonly results: Readonly<Record<ResultKind, FileHandle | undefined>>
  readonly endpoint: Batch['endpoint']
  /** Tells the lines of requests and of their results, as they are. */
  each(indexes: readonly number[], onRequest: RequestTeller, onResult: ResultTeller): Promise<void>
  /** In the order of the indexes. */
  read(indexes: readonly number[]): Promise<RequestRow[]>
  close(): Promise<void>
}

/** Results grow in a part until the end of the batch. */
export function resultPaths({ id, outputFileId, errorFileId }: Pick<Batch, 'id' | 'outputFileId' | 'errorFileId'>, files: Pick<FileStore, 'pathOf'>): ResultPaths {
  const paths = (fileId: string | undefined, kind: ResultKind): string[] => [...(fileId === undefined ? [] : [files.pathOf(fileId)]), partPath(files, id, kind)]
  return { output: paths(outputFileId, 'output'), error: paths(errorFileId, 'error') }
}

interface Tables {
  readonly inputPath: string
  readonly paths: ResultPaths
  readonly results: ResultIndex
  readonly endpoint: Batch['endpoint']
  /** Longer results are read at both ends only; absent: as `readLines` has it. */
  readonly longBytes?: number
}

export async function openTable({ inputPath, paths, results: index, endpoint, ...options }: Tables): Promise<OpenTable> {
  const input = await openInput(inputPath)
  const results = { output: await openFirst(paths.output), error: await openFirst(paths.error) }

  const eachRequest = async (indexes: readonly number[], tell: RequestTeller): Promise<void> => {
    if (input === undefined) return
    const entries = await readEntries(input.lines, indexes)
    await readLines(input.file, entries.map(({ place }) => place), (at, bytes) => {
      const entry = entries[at]
      if (entry !== undefined) tell(entry.index, bytes, entry.line)
    })
  }
  const eachResult = async (indexes: readonly number[], kind: ResultKind, tell: ResultTeller): Promise<void> => {
    const file = results[kind]
    if (file === undefined) return
    const found = indexes.flatMap((at) => {
      const place = index.kindOf(at) === kind ? index.placeOf(at) : undefined
      return place === undefined ? [] : [{ at, place }]
    })
    await readLines(file, found.map(({ place }) => place), (number, bytes) => {
      const entry = found[number]
      if (entry !== undefined) tell(entry.at, bytes)
    }, options)
  }
  const each = async (indexes: readonly number[], onRequest: RequestTeller, onResult: ResultTeller): Promise<void> => {
    await eachRequest(indexes, onRequest)
    await eachResult(indexes, 'output', onResult)
    await eachResult(indexes, 'error', onResult)
  }
  return {
    count: input?.lines.count ?? index.end,
    endpoint,
    input,
    results,
    each,
    async read(indexes) {
      const requests = new Map<number, RequestText & { line: number }>()
      const answers = new Map<number, ResultLineText>()
      await each(
        indexes,
        (at, bytes, line) => void requests.set(at, { ...describeRequest(bytes, line, endpoint), line }),
        (at, bytes) => void answers.set(at, describeResult(bytes)),
      )
      return indexes.map((at) => {
        const request = requests.get(at)
        const result = answers.get(at)
        const line = request?.line ?? at + 1
        return { index: at, line, kind: index.kindOf(at), customId: request?.customId ?? result?.customId ?? `request-${line}`, question: request?.question ?? '', result }
      })
    },
    async close() {
      await input?.file.close()
      await input?.lines.close()
      await results.output?.close()
      await results.error?.close()
    },
  }
}

/** Undefined: it was not validated yet, or is not kept any more, which leaves the results. */
async function openInput(path: string): Promise<OpenTable['input']> {
  const file = await openFirst([path])
  if (file === undefined) return undefined
  try {
    const lines = await openLineIndex(`${path}.idx`, (await file.stat()).size)
    if (lines !== undefined) return { file, lines }
  } catch (cause) {
    if (!isErrno(cause, 'ENOENT')) throw cause
  }
  await file.close()
  return undefined
}

interface Entry {
  readonly index: number
  readonly line: number
  readonly place: { readonly offset: number; readonly sizeBytes: number }
}

/** Neighbours in the index are one read. */
async function readEntries(lines: LineIndex, indexes: readonly number[]): Promise<Entry[]> {
  const order = [...indexes].sort((one, other) => one - other)
  const entries: Entry[] = []
  for (let from = 0; from < order.length; ) {
    const first = order[from] ?? 0
    let to = from + 1
    for (let next = order[to]; next !== undefined && next - (order[to - 1] ?? 0) <= 64 && next - first < 8192; next = order[to]) to++
    const last = order[to - 1] ?? first
    const read = await lines.read(first, last - first + 1)
    for (const index of order.slice(from, to)) {
      const entry = read[index - first]
      if (entry !== undefined) entries.push({ index, line: entry.line, place: { offset: entry.offset, sizeBytes: entry.sizeBytes } })
    }
    from = to
  }
  return entries
}
