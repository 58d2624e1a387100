import { SectionNav } from '@renderer/ui/section-nav'
import type { ComponentType } from 'react'
import { useLocation } from 'wouter'
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
      <SectionNav title="Settings" sections={sections} here={here.id} pathOf={settingsPath} />
      <div className="min-w-0 flex-1 overflow-y-auto" key={here.id}>
        <div className="mx-auto max-w-[44rem] px-8 pt-8 pb-16">
          <h1 className="mb-6 text-xl font-semibold">{here.title}</h1>
          <Part />
        </div>
      </div>
    </main>
  )
}
