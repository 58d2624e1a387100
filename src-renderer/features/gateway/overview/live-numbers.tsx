import { count, tokens } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { Stat, Stats } from '@renderer/ui/stat'
import { useLiveCounters } from './use-live-counters'

/** What goes on now, each second; with its age when the core does not tell. */
export function LiveNumbers() {
  const { counters, isLive } = useLiveCounters()
  const shown = (value: number | undefined, write = count) => (value === undefined ? '–' : write(value))
  return (
    <section className="mt-8">
      <div className="mb-2 flex items-end justify-between gap-4">
        <h2 className="text-sm font-semibold">Now</h2>
        {counters !== undefined && !isLive && (
          <p className="text-xs text-wait">
            As of <RelativeTime atMs={counters.atMs} />
          </p>
        )}
      </div>
      <Stats label="Now">
        <Stat label="Running" value={shown(counters?.running)} note={counters?.waiting === undefined ? 'requests' : `${count(counters.waiting)} waiting`} />
        <Stat label="Requests" value={shown(counters?.requestsLastMinute)} note="last minute" />
        <Stat label="Failed" value={shown(counters?.failuresLastMinute)} note="last minute" />
        <Stat label="Tokens" value={shown(counters?.tokensLastMinute, tokens)} note="last minute" />
      </Stats>
    </section>
  )
}
