/** Half-open, in UTF-16 units of the text it belongs to: `text.slice(start, end)` is what was found. */
export interface MatchRange {
  readonly start: number
  readonly end: number
}

export interface SearchHit {
  readonly kind: 'title' | 'message'
  readonly conversationId: string
  /** Of a hit in the text: the message to jump to (`history.selectBranch`). */
  readonly messageId?: string
  readonly title: string
  /** The title, or the piece of the message around the first match. */
  readonly snippet: string
  readonly ranges: readonly MatchRange[]
  /** When the message was written; of a title, when the conversation last changed. */
  readonly atMs: number
}

export interface SearchProgress {
  readonly hits: readonly SearchHit[]
  /** True once titles and all messages have been looked through, or enough was found. */
  readonly isDone: boolean
}
