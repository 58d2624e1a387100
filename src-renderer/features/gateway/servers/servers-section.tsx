import { useClusters } from '@renderer/db'
import { AddServerDialog, settingsPath } from '@renderer/features/settings'
import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { Plus, Server } from 'lucide-react'
import { Suspense } from 'react'
import { Link, useLocation } from 'wouter'
import { gatewayPath } from '../sections'
import { ServerPanel } from './server-panel'

/** Where requests go: the sites and servers, and what each serves now. */
export function ServersSection() {
  const [location, navigate] = useLocation()
  const { clusters, isLoaded } = useClusters()
  const isAdding = location.split('/')[3] === 'add'
  const add = (
    <Button onClick={() => navigate(gatewayPath('servers', 'add'))}>
      <Plus strokeWidth={1.75} aria-hidden />
      Add a server
    </Button>
  )
  return (
    <>
      <div className="mb-4 flex items-start justify-between gap-6">
        <p className="text-sm text-ink-soft">
          A request goes to the place that serves its model best: live with room first, in this order where nothing else tells them apart. Model files are added in{' '}
          <Link href={settingsPath('servers')} className="text-accent underline underline-offset-2">
            Settings
          </Link>
          .
        </p>
        {add}
      </div>
      <Suspense>
        <div className="flex flex-col gap-4">
          {clusters.map((cluster) => (
            <ServerPanel key={cluster.name} cluster={cluster} />
          ))}
        </div>
        <AddServerDialog isOpen={isAdding} onClose={() => navigate(gatewayPath('servers'), { replace: true })} names={clusters.map(({ name }) => name)} />
      </Suspense>
      {clusters.length === 0 && (
        <EmptyState icon={Server} title={isLoaded ? 'Nowhere to send requests yet' : 'The list of servers has not come yet'}>
          A FIRST site, or any server with an OpenAI-compatible or Anthropic API.
        </EmptyState>
      )}
    </>
  )
}
