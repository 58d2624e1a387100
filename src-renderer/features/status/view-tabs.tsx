import { cn } from '@renderer/ui/cn'
import { count } from '@renderer/ui/format'
import { Link } from 'wouter'
import { statusPath, views, type ViewId } from './sections'

/** Leads to the views, with how many rows each has. */
export function ViewTabs({ here, counts }: { readonly here: ViewId; readonly counts: Readonly<Record<ViewId, number>> }) {
  return (
    <nav aria-label="Status" className="inline-flex gap-0.5 rounded-lg border border-line bg-sunken p-0.5">
      {views.map(({ id, title }) => (
        <Link
          key={id}
          href={statusPath(id)}
          aria-current={id === here ? 'page' : undefined}
          className={cn(
            'flex h-7 items-center gap-1.5 rounded-md border px-3 text-sm transition-colors',
            id === here ? 'border-line bg-raised font-medium text-ink' : 'border-transparent text-ink-mute hover:text-ink',
          )}
        >
          {title}
          <span className="text-xs font-normal text-ink-mute tabular-nums">{count(counts[id])}</span>
        </Link>
      ))}
    </nav>
  )
}
