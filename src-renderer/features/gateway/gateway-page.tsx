import { cn } from '@renderer/ui/cn'
import { SectionNav } from '@renderer/ui/section-nav'
import type { ComponentType } from 'react'
import { useLocation } from 'wouter'
import { ConnectSection } from './connect/connect-section'
import { KeysSection } from './keys/keys-section'
import { OverviewSection } from './overview/overview-section'
import { RequestsSection } from './requests/requests-section'
import { gatewayPath, sections, type SectionId } from './sections'
import { ServersSection } from './servers/servers-section'
import { UsageSection } from './usage/usage-section'

const parts: Record<SectionId, ComponentType> = {
  overview: OverviewSection,
  keys: KeysSection,
  connect: ConnectSection,
  requests: RequestsSection,
  usage: UsageSection,
  servers: ServersSection,
}

export function GatewayPage() {
  const [location] = useLocation()
  const here = sections.find(({ id }) => location.split('/')[2] === id) ?? sections[0]
  const Part = parts[here.id]
  const isWide = 'isWide' in here
  return (
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 focus-visible:outline-none">
      <SectionNav title="Gateway" sections={sections} here={here.id} pathOf={gatewayPath} />
      <div key={here.id} className={cn('min-w-0 flex-1', isWide ? 'flex min-h-0 flex-col' : 'overflow-y-auto')}>
        {isWide ? (
          <Part />
        ) : (
          <div className="mx-auto max-w-[44rem] px-8 pt-8 pb-16">
            <h1 className="mb-6 text-xl font-semibold">{here.title}</h1>
            <Part />
          </div>
        )}
      </div>
    </main>
  )
}
