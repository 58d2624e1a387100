/** Fills a buffer from an offset of the file, and says how far; at once, since it is asked for in the middle of a check. */
export type ReadAt = (target: Buffer, offset: number) => number

interface EarlierLines {
  /** Tells where each line begins, in their order. */
  began(line: number, offset: number): void
  /** The bytes of a line that has begun before the latest, perhaps with a carriage return at the end; until the next is read. */
  read(line: number): Buffer
}

const blockLines = 64
const blockBytes = 2 ** 16
const newline = 0x0a

/** Finds any earlier line again, with a mark in memory for each 64 lines or 64 KB and one short read. */
export function createEarlierLines(readAt: ReadAt): EarlierLines {
  const marks = createMarks()
  let latestOffset = 0
  let room = Buffer.allocUnsafeSlow(2 * blockBytes)
  let held = { offset: 0, length: 0 }

  const block = (offset: number, length: number): Buffer => {
    if (held.offset !== offset || held.length < length) {
      if (length > room.length) room = Buffer.allocUnsafeSlow(length)
      held = { offset, length: readAt(room.subarray(0, length), offset) }
    }
    return room.subarray(0, Math.min(length, held.length))
  }

  return {
    began(line, offset) {
      const last = marks.at(marks.count - 1)
      if (last === undefined || line - last.line >= blockLines || offset - last.offset >= blockBytes) marks.add({ line, offset })
      latestOffset = offset
    },
    read(line) {
      const index = marks.lastUpTo(line)
      const mark = marks.at(index) ?? { line, offset: 0 }
      const bytes = block(mark.offset, (marks.at(index + 1)?.offset ?? latestOffset) - mark.offset)
      let from = 0
      for (let skipped = mark.line; skipped < line; skipped++) from = bytes.indexOf(newline, from) + 1
      const end = bytes.indexOf(newline, from)
      return bytes.subarray(from, end === -1 ? bytes.length : end)
    },
  }
}

interface Mark {
  readonly line: number
  readonly offset: number
}

function createMarks() {
  let cells = new Float64Array(256)
  let count = 0
  const at = (index: number): Mark | undefined => (index < 0 || index >= count ? undefined : { line: cells[2 * index] ?? 0, offset: cells[2 * index + 1] ?? 0 })
  return {
    at,
    get count() {
      return count
    },
    add({ line, offset }: Mark) {
      if (2 * count === cells.length) {
        const larger = new Float64Array(2 * cells.length)
        larger.set(cells)
        cells = larger
      }
      cells[2 * count] = line
      cells[2 * count + 1] = offset
      count++
    },
    /** The index of the last mark that is not past this line. */
    lastUpTo(line: number): number {
      let low = 0
      let high = count - 1
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if ((cells[2 * middle] ?? 0) <= line) low = middle
        else high = middle - 1
      }
      return low
    },
  }
}
