import { open, type FileHandle } from 'node:fs/promises'
import { isErrno } from '../../storage/atomic-file'
import { indexOfResult } from '../run/result-line'
import type { Place } from './read-lines'

export type ResultKind = 'output' | 'error'
export type ResultPaths = Readonly<Record<ResultKind, readonly string[]>>

/** Which request of a batch has which result, and where: 13 bytes a request. */
export interface ResultIndex {
  /** One more than the last request that has a result. */
  readonly end: number
  /** Of requests, by their place in the file of the batch. */
  kindOf(index: number): ResultKind | undefined
  /** How many have an answer. */
  readonly answered: number
  /** Those that failed, in the order of the file of the batch. */
  readonly failed: readonly number[]
  placeOf(index: number): Place | undefined
  /**
   * Reads on from where the last time ended, as far as lines are whole.
   * @param paths where each file may be: it has another name once it is done; none is there before the first result
   */
  update(paths: ResultPaths): Promise<void>
}

const kinds: readonly ResultKind[] = ['output', 'error']
const chunkBytes = 2 ** 20
/** The beginning of a line holds its id. */
const headLength = 128
const lineBreak = 10

export function createResultIndex(): ResultIndex {
  let offsets = new Float64Array(0)
  let sizes = new Uint32Array(0)
  let files = new Uint8Array(0)
  let end = 0
  let answered = 0
  let failed: number[] = []
  let scannedTo: Record<ResultKind, number> = { output: 0, error: 0 }

  const grow = (needed: number): void => {
    const length = Math.max(1024, needed, 2 * files.length)
    offsets = copyOf(offsets, new Float64Array(length))
    sizes = copyOf(sizes, new Uint32Array(length))
    files = copyOf(files, new Uint8Array(length))
  }
  const add = (kind: ResultKind, index: number, { offset, sizeBytes }: Place): void => {
    if (index >= files.length) grow(index + 1)
    // The first one counts, as for the run.
    if (files[index] !== 0) return
    offsets[index] = offset
    sizes[index] = sizeBytes
    files[index] = 1 + kinds.indexOf(kind)
    if (kind === 'error') failed.push(index)
    else answered++
    end = Math.max(end, index + 1)
  }
  const scan = async (kind: ResultKind, file: FileHandle): Promise<void> => {
    const chunk = Buffer.allocUnsafe(chunkBytes)
    let position = scannedTo[kind]
    let head = ''
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, position)
      if (bytesRead === 0) return
      let from = 0
      for (let at = chunk.indexOf(lineBreak); at !== -1 && at < bytesRead; at = chunk.indexOf(lineBreak, from)) {
        const index = indexOfResult(head + chunk.toString('latin1', from, Math.min(at, from + headLength)))
        if (index !== undefined) add(kind, index, { offset: scannedTo[kind], sizeBytes: position + at - scannedTo[kind] })
        head = ''
        from = at + 1
        scannedTo[kind] = position + from
      }
      if (head.length < headLength) head += chunk.toString('latin1', from, Math.min(bytesRead, from + headLength))
      position += bytesRead
    }
  }

  return {
    get end() {
      return end
    },
    kindOf: (index) => kinds[(files[index] ?? 0) - 1],
    get answered() {
      return answered
    },
    get failed() {
      return failed
    },
    placeOf: (index) => ((files[index] ?? 0) === 0 ? undefined : { offset: offsets[index] ?? 0, sizeBytes: sizes[index] ?? 0 }),
    async update(paths) {
      for (const kind of kinds) {
        const file = await openFirst(paths[kind])
        if (file === undefined) continue
        try {
          if ((await file.stat()).size < scannedTo[kind]) {
            // It was written anew: what is known of it is of no use.
            files.fill(0)
            end = 0
            answered = 0
            failed = []
            scannedTo = { output: 0, error: 0 }
            await this.update(paths)
            return
          }
          const before = failed.length
          await scan(kind, file)
          if (failed.length > before) failed.sort((one, other) => one - other)
        } finally {
          await file.close()
        }
      }
    },
  }
}

/** Opens whichever is there; undefined: none is. */
export async function openFirst(paths: readonly string[]): Promise<FileHandle | undefined> {
  for (const path of paths) {
    try {
      return await open(path, 'r')
    } catch (cause) {
      if (!isErrno(cause, 'ENOENT')) throw cause
    }
  }
  return undefined
}

function copyOf<Numbers extends Float64Array | Uint32Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from)
  return to
}
