import { parseMarkdownIntoBlocks } from 'streamdown'

/** Blocks at the end that more text may still change: the last one, and the one before, which a lazy line can rejoin. */
const unsettled = 2

export type SplitBlocks = (markdown: string) => string[]

/**
 * Cuts Markdown into its top-level blocks. A growing text is cut again from its unsettled end only, so the cost of a token
 * does not depend on the length of the answer.
 */
export function createBlockSplitter(splitAll: SplitBlocks = parseMarkdownIntoBlocks): SplitBlocks {
  let settled: string[] = []
  let settledText = ''
  return (markdown) => {
    if (hasFootnotes(markdown)) return splitAll(markdown)
    if (!markdown.startsWith(settledText)) {
      settled = []
      settledText = ''
    }
    const tail = splitAll(markdown.slice(settledText.length))
    const blocks = [...settled, ...tail]
    const fresh = tail.slice(0, -unsettled)
    if (fresh.length > 0) {
      settled = [...settled, ...fresh]
      settledText += fresh.join('')
    }
    return blocks
  }
}

/** A footnote ties blocks together wherever they stand: such a text stays in one piece. */
function hasFootnotes(markdown: string): boolean {
  return markdown.includes('[^') && /\[\^[^\s\]]{1,200}\]/.test(markdown)
}
