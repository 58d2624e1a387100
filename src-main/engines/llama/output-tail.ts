const maxBytes = 8 * 1024
/** llama.cpp names the cause in a line with "error", and then says once more, less exactly, that it failed. */
const complaints = [/(^|: )error\b/i, /what\(\)|assert/i, /failed|unable|error/i]

/** Keeps the end of what a child prints. */
export interface OutputTail {
  add(text: string): void
  /** At most 8 KB, from the start of a line. */
  text(): string
  /** The last line that tells of an error, else the last line; empty where nothing was printed. */
  complaint(): string
}

export function createOutputTail(): OutputTail {
  let kept = ''
  const text = (): string => {
    const bytes = Buffer.from(kept)
    if (bytes.length <= maxBytes) return kept
    const end = bytes.subarray(-maxBytes).toString('utf8')
    return end.slice(end.indexOf('\n') + 1)
  }
  return {
    add: (added) => {
      // Cut now and then only: llama.cpp prints in small pieces.
      kept += added
      if (kept.length > 4 * maxBytes) kept = text()
    },
    text,
    complaint: () => {
      const lines = kept.split('\n').filter((line) => line.trim() !== '')
      const telling = complaints.map((pattern) => lines.findLast((line) => pattern.test(line))).find((line) => line !== undefined)
      return (telling ?? lines.at(-1) ?? '').trim()
    },
  }
}
