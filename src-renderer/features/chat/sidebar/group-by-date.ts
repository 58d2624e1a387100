import type { Conversation } from '@shared/domain/conversation'

export type ListRow =
  | { readonly kind: 'heading'; readonly key: string; readonly title: string }
  | { readonly kind: 'conversation'; readonly key: string; readonly conversation: Conversation }

const dayMs = 86_400_000

/** The list as it is drawn: the pinned ones, then the others (newest first) under the days they were last used. */
export function groupByDate(pinned: readonly Conversation[], open: readonly Conversation[], nowMs: number): readonly ListRow[] {
  const midnightMs = new Date(nowMs).setHours(0, 0, 0, 0)
  const rows: ListRow[] = []
  let last: string | undefined
  const add = (title: string, conversation: Conversation) => {
    if (title !== last) rows.push({ kind: 'heading', key: `heading ${title}`, title })
    last = title
    rows.push({ kind: 'conversation', key: conversation.id, conversation })
  }
  for (const conversation of pinned) add('Pinned', conversation)
  for (const conversation of open) add(titleOf(conversation.updatedAtMs, midnightMs), conversation)
  return rows
}

function titleOf(atMs: number, midnightMs: number): string {
  if (atMs >= midnightMs) return 'Today'
  // Compared by calendar day: a day with a change of the clock has 23 or 25 hours.
  const days = Math.round((midnightMs - new Date(atMs).setHours(0, 0, 0, 0)) / dayMs)
  if (days === 1) return 'Yesterday'
  if (days <= 7) return 'Previous 7 days'
  return new Date(atMs).toLocaleDateString(undefined, { month: 'long', year: 'numeric' })
}
