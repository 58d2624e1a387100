const maxBytes = 8 * 1024

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
      return lines.findLast((line) => /error|failed|unknown|unable|terminate|what\(\)/i.test(line))?.trim() ?? lines.at(-1)?.trim() ?? ''
    },
  }
}
