import { cn } from '@renderer/ui/cn'
import { Tooltip } from '@renderer/ui/tooltip'
import { Link, useLocation } from 'wouter'
import { pages, type PageEntry } from './pages'

export function MainNav() {
  return (
    <nav aria-label="Main" className="flex w-12 shrink-0 flex-col items-center justify-between border-r border-line bg-surface py-2">
      <Group entries={pages.filter(({ place }) => place === 'top')} />
      <Group entries={pages.filter(({ place }) => place === 'bottom')} />
    </nav>
  )
}

function Group({ entries }: { readonly entries: readonly PageEntry[] }) {
  const [location] = useLocation()
  return (
    <ul className="flex flex-col gap-1">
      {entries.map(({ path, label, icon: Icon }) => {
        const isHere = location === path || location.startsWith(`${path}/`)
        return (
          <li key={path}>
            <Tooltip text={label} side="right">
              <Link
                href={path}
                aria-label={label}
                aria-current={isHere ? 'page' : undefined}
                className={cn(
                  'flex size-9 items-center justify-center rounded-md transition-colors',
                  isHere ? 'bg-selected text-ink' : 'text-ink-mute hover:bg-hover hover:text-ink',
                )}
              >
                <Icon className="size-[1.125rem]" strokeWidth={1.75} aria-hidden />
              </Link>
            </Tooltip>
          </li>
        )
      })}
    </ul>
  )
}
