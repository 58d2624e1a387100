import type { FileHandle } from 'node:fs/promises'
import { readAt } from '../read-at'

/** Where a line is, without its end. */
export interface Place {
  readonly offset: number
  readonly sizeBytes: number
}

/** A line of a file; of a long one its beginning, and its end apart. Holds while it is told. */
export interface LineBytes {
  readonly bytes: Buffer
  readonly end?: Buffer
}

/** Longer lines, which are pictures and the like, are read at both ends only. */
const usualLongBytes = 2 ** 18
const endBytes = 2 ** 15
/** Lines so near to each other are one read. */
const gapBytes = 2 ** 14
const spanBytes = 2 ** 21

/**
 * Tells each line, in the order of the file, which is not that of the places; a few megabytes are in memory at a time.
 * @param tell gets the number of its place in the list
 */
export async function readLines(file: FileHandle, places: readonly Place[], tell: (at: number, line: LineBytes) => void, { longBytes = usualLongBytes }: { readonly longBytes?: number } = {}): Promise<void> {
  const order = places.map((place, at) => ({ ...place, at })).sort((one, other) => one.offset - other.offset)
  for (let first = 0; first < order.length; ) {
    const start = order[first]
    if (start === undefined) return
    if (start.sizeBytes > longBytes) {
      tell(start.at, { bytes: await readAt(file, start.offset, endBytes), end: await readAt(file, start.offset + start.sizeBytes - endBytes, endBytes) })
      first++
      continue
    }
    let end = start.offset + start.sizeBytes
    let next = first + 1
    for (let near = order[next]; near !== undefined && near.sizeBytes <= longBytes && near.offset - end <= gapBytes && near.offset + near.sizeBytes - start.offset <= spanBytes; near = order[next]) {
      end = near.offset + near.sizeBytes
      next++
    }
    const span = await readAt(file, start.offset, end - start.offset)
    for (const { at, offset, sizeBytes } of order.slice(first, next)) tell(at, { bytes: span.subarray(offset - start.offset, offset - start.offset + sizeBytes) })
    first = next
  }
}

/** Neighbours in a list that together have some megabytes, or are one. */
export function* inGroups<Each extends { readonly sizeBytes: number }>(list: readonly Each[]): Generator<Each[]> {
  let group: Each[] = []
  let bytes = 0
  for (const each of list) {
    if (group.length > 0 && bytes + each.sizeBytes > spanBytes) {
      yield group
      group = []
      bytes = 0
    }
    group.push(each)
    bytes += each.sizeBytes
  }
  if (group.length > 0) yield group
}
