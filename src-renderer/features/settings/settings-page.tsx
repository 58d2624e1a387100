import { cn } from '@renderer/ui/cn'
import type { ComponentType } from 'react'
import { Link, useLocation } from 'wouter'
import { sections, settingsPath, type SectionId } from './sections'
import { AboutSection } from './about-section'
import { DataSection } from './data-section'
import { GeneralSection } from './general-section'
import { ServersSection } from './servers-section'

const parts: Record<SectionId, ComponentType> = {
  general: GeneralSection,
  servers: ServersSection,
  data: DataSection,
  about: AboutSection,
}

export function SettingsPage() {
  const [location] = useLocation()
  const here = sections.find(({ id }) => location.split('/')[2] === id) ?? sections[0]
  const Part = parts[here.id]
  return (
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 focus-visible:outline-none">
      <nav aria-label="Settings" className="w-52 shrink-0 border-r border-line bg-surface p-2">
        <p className="px-2 pt-2 pb-1 text-xs text-ink-mute">Settings</p>
        <ul className="flex flex-col gap-0.5">
          {sections.map(({ id, title }) => (
            <li key={id}>
              <Link
                href={settingsPath(id)}
                aria-current={id === here.id ? 'page' : undefined}
                className={cn('flex h-8 items-center rounded-md px-2 text-sm', id === here.id ? 'bg-selected text-ink' : 'text-ink-soft hover:bg-hover')}
              >
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0 flex-1 overflow-y-auto" key={here.id}>
        <div className="mx-auto max-w-[44rem] px-8 pt-8 pb-16">
          <h1 className="mb-6 text-xl font-semibold">{here.title}</h1>
          <Part />
        </div>
      </div>
    </main>
  )
}
