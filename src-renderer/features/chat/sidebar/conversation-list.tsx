import { useConversationList } from '@renderer/db'
import { EmptyState } from '@renderer/ui/empty-state'
import { useMilestone } from '@renderer/ui/milestone'
import { useNow } from '@renderer/ui/relative-time'
import { useVirtualizer } from '@tanstack/react-virtual'
import { MessagesSquare } from 'lucide-react'
import { useEffect, useMemo, useRef, type KeyboardEvent } from 'react'
import { ConversationRow } from './conversation-row'
import { groupByDate } from './group-by-date'
import { useConversationActions } from './use-conversation-actions'

/** Rows from the end at which the next page is asked for. */
const ahead = 20

export function ConversationList({ selectedId }: { readonly selectedId: string | undefined }) {
  const list = useConversationList()
  const { pinned, open, isLoaded, hasMore } = list
  const actions = useConversationActions()
  const nowMs = useNow()
  const rows = useMemo(() => groupByDate(pinned, open, nowMs), [pinned, open, nowMs])
  const scroller = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are read here only, never passed on
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'heading' ? 32 : 33),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  useMilestone('history-painted', isLoaded)
  const lastShown = items.at(-1)?.index ?? 0

  useEffect(() => {
    if (hasMore && lastShown > rows.length - ahead) list.loadMore()
  }, [hasMore, lastShown, rows.length, list])

  /** Arrow keys walk through the rows that are drawn; the overscan keeps the next one in reach. */
  const walk = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const links = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-conversation]') ?? [])]
    const here = links.findIndex((link) => link === document.activeElement)
    // The row itself deletes; its neighbour keeps the place in the list.
    if (event.key === 'Delete' && here !== -1) (links[here + 1] ?? links[here - 1])?.focus()
    if (step === undefined || here === -1) return
    event.preventDefault()
    links[here + step]?.focus()
  }

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2" onKeyDown={walk}>
      {isLoaded && rows.length === 0 && (
        <EmptyState icon={MessagesSquare} title="No conversations yet">
          What you write is kept on this computer.
        </EmptyState>
      )}
      <ul aria-label="Conversations" className="relative" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          return (
            <li
              key={item.key}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'heading' ? (
                <h2 className="flex h-8 items-end px-2 pb-1 text-xs text-ink-mute">{row.title}</h2>
              ) : (
                <ConversationRow conversation={row.conversation} isSelected={row.conversation.id === selectedId} actions={actions} />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
