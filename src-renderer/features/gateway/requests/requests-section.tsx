import { useKnown } from '@renderer/db'
import { useCoreClient } from '@renderer/rpc'
import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { tell } from '@renderer/ui/tell'
import type { RecordFilters } from '@shared/domain/records'
import { ListFilter, Waypoints } from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useLocation } from 'wouter'
import { AsOf } from '../as-of'
import { useLiveCounters } from '../overview/use-live-counters'
import { gatewayPath } from '../sections'
import { RequestDetails } from './request-details'
import { RequestFilters } from './request-filters'
import { createRequestFeed, isUsual, keyOf } from './request-list'
import { RequestTable } from './request-table'
import { clearFilters, useRequestsView } from './requests-store'

/** Requests now and lately. */
export function RequestsSection() {
  const client = useCoreClient()
  const { filters, selected } = useRequestsView()
  const feed = useMemo(() => createRequestFeed(filters), [filters])
  const known = useKnown(feed.question)
  const { counters } = useLiveCounters()
  const list = known.value
  const rows = useMemo(() => (list === undefined ? [] : [...list.running, ...list.ended]), [list])
  const open = rows.find((row) => keyOf(row) === selected)
  const select = (key: string | undefined) => useRequestsView.setState({ selected: key })
  const area = useRef<HTMLDivElement>(null)
  /** The focus goes back to the row whose details they were. */
  const closeDetails = () => {
    area.current?.querySelector<HTMLElement>('[role=row][aria-selected=true]')?.focus()
    select(undefined)
  }
  const readOlder = () => feed.readOlder(client).then(known.ask).catch(tell)
  // The core's own time: that of this window may be another.
  const nowMs = Math.max(counters?.atMs ?? 0, known.atMs ?? 0)

  return (
    <>
      <header className="flex flex-col gap-3 px-8 pt-8 pb-3">
        <h1 className="text-xl font-semibold">Requests</h1>
        <RequestFilters />
        <AsOf known={known} />
      </header>
      <div ref={area} className="relative flex min-h-0 flex-1 border-t border-line">
        <div className="@container flex min-w-0 flex-1 flex-col">
          {rows.length > 0 ? (
            <RequestTable rows={rows} selected={selected} nowMs={nowMs} hasMore={list?.next !== undefined} onSelect={select} onEnd={() => void readOlder()} />
          ) : (
            <Nothing isKnown={list !== undefined} isAsking={known.isAsking} filters={filters} />
          )}
        </div>
        {open !== undefined && <RequestDetails row={open} nowMs={nowMs} onClose={closeDetails} />}
      </div>
    </>
  )
}

interface NothingProps {
  readonly isKnown: boolean
  readonly isAsking: boolean
  readonly filters: RecordFilters
}

function Nothing({ isKnown, isAsking, filters }: NothingProps) {
  const [, navigate] = useLocation()
  if (!isKnown) return <p className="px-6 py-12 text-center text-sm text-ink-mute">{isAsking ? 'Reading the requests…' : 'The requests could not be read.'}</p>
  if (!isUsual(filters))
    return (
      <EmptyState icon={ListFilter} title="No request fits these filters" action={<Button onClick={clearFilters}>Clear the filters</Button>}>
        A request that is made from now on and fits is shown here at once.
      </EmptyState>
    )
  return (
    <EmptyState icon={Waypoints} title="No request yet" action={<Button onClick={() => navigate(gatewayPath('connect'))}>Connect a program</Button>}>
      What programs and this window ask is listed here: who, which model, how long and how many tokens. Never what was said.
    </EmptyState>
  )
}
