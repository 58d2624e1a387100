import { cn } from '@renderer/ui/cn'
import { Tooltip } from '@renderer/ui/tooltip'
import { useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import { pages, type PageEntry } from './pages'

const top = pages.filter(({ place }) => place === 'top')
const bottom = pages.filter(({ place }) => place === 'bottom')

export function MainNav() {
  return (
    <nav aria-label="Main" className="flex w-12 shrink-0 flex-col items-center justify-between border-r border-line bg-surface py-2">
      <Group entries={top} />
      <Group entries={bottom} />
    </nav>
  )
}

/** Where each page was left in this window: its entry leads back there. */
const lastPlaces = new Map<string, string>()

function Group({ entries }: { readonly entries: readonly PageEntry[] }) {
  const [location] = useLocation()
  useEffect(() => {
    const here = entries.find(({ path }) => isWithin(location, path))
    if (here !== undefined) lastPlaces.set(here.path, location)
  }, [entries, location])
  return (
    <ul className="flex flex-col gap-1">
      {entries.map(({ path, label, icon: Icon }) => {
        const isHere = isWithin(location, path)
        return (
          <li key={path}>
            <Tooltip text={label} side="right">
              <Link
                href={isHere ? path : (lastPlaces.get(path) ?? path)}
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

function isWithin(location: string, path: string): boolean {
  return location === path || location.startsWith(`${path}/`)
}
