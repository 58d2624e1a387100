export interface Fence {
  /** The first word after the fence; empty when there is none. */
  readonly language: string
  readonly code: string
  /** False while the closing fence has not come. */
  readonly isComplete: boolean
}

const opening = /^(?<fence>`{3,}|~{3,})[ \t]*(?<info>[^\n`]*)(?:\n|$)/

/** Reads a block that is one fenced code block and nothing else (CommonMark 0.31, section 4.5, without indentation). */
export function readFence(block: string): Fence | undefined {
  const match = opening.exec(block)
  const { fence, info } = match?.groups ?? {}
  if (match === null || fence === undefined) return undefined
  const body = block.slice(match[0].length)
  const closing = new RegExp(`(?:^|\\n)${fence.startsWith('~') ? '~' : '`'}{${fence.length},}[ \\t]*\\s*$`).exec(body)
  const language = (info ?? '').trim().split(/\s/, 1)[0] ?? ''
  return { language: language.toLowerCase(), code: closing === null ? body : body.slice(0, closing.index), isComplete: closing !== null }
}
