import { type SearchHit, useSearch } from '@renderer/db'
import { EmptyState } from '@renderer/ui/empty-state'
import { Highlight } from '@renderer/ui/highlight'
import { RelativeTime } from '@renderer/ui/relative-time'
import { Spinner } from '@renderer/ui/spinner'
import { SearchX } from 'lucide-react'
import { Link } from 'wouter'
import { chatPath } from '../paths'
import { plainSnippet } from './plain-snippet'

export function SearchResults({ query }: { readonly query: string }) {
  const { hits, isDone } = useSearch(query)
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      <p role="status" className="flex h-8 items-center gap-2 px-2 text-xs text-ink-mute">
        {!isDone && <Spinner className="size-3" />}
        {isDone ? `${hits.length} found` : `${hits.length} found so far`}
      </p>
      {isDone && hits.length === 0 && (
        <EmptyState icon={SearchX} title="Nothing found">
          Every word must be in a title or in one message.
        </EmptyState>
      )}
      <ul aria-label="Search results" className="flex flex-col gap-0.5">
        {hits.map((hit) => (
          <li key={`${hit.conversationId} ${hit.messageId ?? ''}`}>
            <Hit hit={hit} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Hit({ hit: { kind, conversationId, messageId, title, snippet, ranges, atMs } }: { readonly hit: SearchHit }) {
  const plain = plainSnippet(snippet, ranges)
  return (
    <Link href={chatPath(conversationId, messageId)} className="block rounded-md px-2 py-1.5 hover:bg-hover">
      <span className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate text-sm">{kind === 'title' ? <Highlight {...plain} /> : title}</span>
        <RelativeTime atMs={atMs} className="shrink-0 text-xs text-ink-mute" />
      </span>
      {kind === 'message' && (
        <span className="mt-0.5 line-clamp-2 text-xs text-ink-mute">
          <Highlight {...plain} />
        </span>
      )}
    </Link>
  )
}
