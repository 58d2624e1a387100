import { Button } from '@renderer/ui/button'
import { IconButton } from '@renderer/ui/icon-button'
import { modKey } from '@renderer/ui/mod-key'
import { Resizer } from '@renderer/ui/resizer'
import { PanelLeftClose, Search, SquarePen, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { newChatPath } from '../paths'
import { ConversationList } from './conversation-list'
import { SearchResults } from './search-results'

export interface ConversationSidebarProps {
  readonly selectedId: string | undefined
  /** Pixels. */
  readonly width: number
  readonly onResize: (width: number) => void
  readonly onHide: () => void
}

/** Pixels. */
export const sidebarWidth = { min: 200, max: 480 } as const

export function ConversationSidebar({ selectedId, width, onResize, onHide }: ConversationSidebarProps) {
  const [, navigate] = useLocation()
  const [query, setQuery] = useState('')
  return (
    <aside aria-label="Conversations" className="relative flex shrink-0 flex-col bg-surface" style={{ width }}>
      <div className="flex items-center gap-1 p-2">
        <Button className="flex-1 justify-start px-2.5" onClick={() => navigate(newChatPath)}>
          <SquarePen strokeWidth={1.75} aria-hidden />
          New chat
        </Button>
        <IconButton icon={PanelLeftClose} label="Hide the conversations" keys={`${modKey} B`} onClick={onHide} />
      </div>
      <SearchField query={query} onChange={setQuery} />
      {query.trim() === '' ? <ConversationList selectedId={selectedId} /> : <SearchResults query={query} />}
      <Resizer label="Width of the conversations" width={width} {...sidebarWidth} onResize={onResize} />
    </aside>
  )
}

function SearchField({ query, onChange }: { readonly query: string; readonly onChange: (query: string) => void }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null
      if (event.key !== '/' || isTyping) return
      event.preventDefault()
      field.current?.focus()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  return (
    <div className="relative mx-2 mb-1">
      <Search className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-mute" strokeWidth={1.75} aria-hidden />
      <input
        ref={field}
        type="text"
        role="searchbox"
        aria-label="Search conversations"
        placeholder="Search titles and text"
        value={query}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || query === '') return
          // Escape ends the search here, not the answer that streams.
          event.stopPropagation()
          onChange('')
        }}
        className="h-8 w-full rounded-md bg-hover pr-8 pl-8.5 text-sm focus-visible:outline-1"
      />
      {query !== '' && <IconButton icon={X} label="Clear the search" size="small" className="absolute top-0.5 right-0.5" onClick={() => onChange('')} />}
    </div>
  )
}
