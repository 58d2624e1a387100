const newline = 0x0a
const carriageReturn = 0x0d
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** One line of a file, without its end and without the file's byte-order mark. */
export interface Line {
  /** From 1; blank lines count. */
  readonly number: number
  /** In the file, in bytes. */
  readonly offset: number
  readonly sizeBytes: number
  /** Holds until the next line is told; absent where the line is longer than the limit. */
  readonly bytes?: Buffer
}

/** How the text was written, as far as it was read. */
export interface TextForm {
  readonly hasByteOrderMark: boolean
  readonly newlines: number
  readonly crlfs: number
  /** True of an empty file: nothing is missing there. */
  readonly endsWithNewline: boolean
}

interface Splitter {
  /** The chunk may be used again when this returns. */
  push(chunk: Buffer): void
  end(): TextForm
}

/** Cuts bytes into lines, however they come; never holds more than one line of the limit. */
export function createLineSplitter({ maxLineBytes, onLine }: { readonly maxLineBytes: number; readonly onLine: (line: Line) => void }): Splitter {
  const carried = createCarry(maxLineBytes + byteOrderMark.length + 1)
  const form = { hasByteOrderMark: false, newlines: 0, crlfs: 0 }
  let number = 0
  let lineStart = 0
  let lastByte = newline

  /** `raw` is the line with a carriage return and a byte-order mark, where there are some; it may lack what is past the limit. */
  const tell = (raw: Buffer, rawBytes: number, hasNewline: boolean): void => {
    number++
    let from = 0
    if (number === 1 && raw.subarray(0, byteOrderMark.length).equals(byteOrderMark)) {
      form.hasByteOrderMark = true
      from = byteOrderMark.length
    }
    const hasReturn = hasNewline && lastByte === carriageReturn && rawBytes > from
    if (hasNewline) form.newlines++
    if (hasReturn) form.crlfs++
    const sizeBytes = rawBytes - from - (hasReturn ? 1 : 0)
    const offset = lineStart + from
    onLine(sizeBytes > maxLineBytes ? { number, offset, sizeBytes } : { number, offset, sizeBytes, bytes: raw.subarray(from, from + sizeBytes) })
    lineStart += rawBytes + (hasNewline ? 1 : 0)
  }

  return {
    push(chunk) {
      let from = 0
      for (;;) {
        const end = chunk.indexOf(newline, from)
        if (end === -1) break
        if (end > from) lastByte = chunk[end - 1] ?? 0
        if (carried.sizeBytes === 0) tell(chunk.subarray(from, end), end - from, true)
        else {
          carried.add(chunk.subarray(from, end))
          tell(carried.bytes(), carried.sizeBytes, true)
          carried.clear()
        }
        lastByte = newline
        from = end + 1
      }
      if (from === chunk.length) return
      carried.add(chunk.subarray(from))
      lastByte = chunk[chunk.length - 1] ?? 0
    },
    end() {
      const endsWithNewline = lastByte === newline
      if (carried.sizeBytes > 0) tell(carried.bytes(), carried.sizeBytes, false)
      return { ...form, endsWithNewline }
    },
  }
}

/** What is grown out of is memory until it is collected. */
const growth = 4

/** The beginning of a line whose end has not come; counts what is past its limit and keeps none of it. */
function createCarry(limitBytes: number) {
  let held = Buffer.alloc(0)
  let sizeBytes = 0
  return {
    get sizeBytes() {
      return sizeBytes
    },
    bytes: () => held.subarray(0, Math.min(sizeBytes, limitBytes)),
    add(piece: Buffer) {
      const room = Math.max(0, limitBytes - sizeBytes)
      const needed = sizeBytes + Math.min(piece.length, room)
      if (room > 0 && needed > held.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(limitBytes, Math.max(needed, growth * held.length)))
        held.copy(larger, 0, 0, sizeBytes)
        held = larger
      }
      if (room > 0) piece.copy(held, sizeBytes, 0, room)
      sizeBytes += piece.length
    },
    clear() {
      sizeBytes = 0
    },
  }
}
