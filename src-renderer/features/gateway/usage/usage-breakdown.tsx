import { useKnown } from '@renderer/db'
import { Choice } from '@renderer/ui/choice'
import { useMemo } from 'react'
import { tableQuestion } from './questions'
import { UsageTable } from './usage-table'
import { breakdowns, latencies, spans, useUsageView } from './usage-view'

/** The same time, by what it went to. */
export function UsageBreakdown() {
  const { range, by, latency, focus } = useUsageView()
  const question = useMemo(() => tableQuestion(range, by, focus), [range, by, focus])
  const { value: rows, isAsking } = useKnown(question)
  const { every } = spans[range]
  const options = breakdowns.map(({ value, label }) => ({ value, label: value === 'time' ? (every === 'hour' ? 'Hour' : 'Day') : label }))
  return (
    <section>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <div className="flex items-center gap-3">
          <h2 className="text-sm font-semibold">By</h2>
          <Choice label="By" value={by} options={options} onChange={(next) => useUsageView.setState({ by: next })} />
        </div>
        <div className="flex items-center gap-3">
          <span className="text-xs text-ink-mute">Time to</span>
          <Choice label="Time to" value={latency} options={latencies} onChange={(next) => useUsageView.setState({ latency: next })} />
        </div>
      </div>
      {rows === undefined || rows.length === 0 ? (
        <p className="rounded-xl border border-line px-4 py-8 text-center text-sm text-ink-mute">
          {rows === undefined ? (isAsking ? 'Adding up…' : 'The numbers could not be read.') : 'Nothing was asked in this time.'}
        </p>
      ) : (
        <UsageTable rows={rows} by={by} every={every} latency={latency} focus={focus} onFocus={(next) => useUsageView.setState({ focus: next })} />
      )}
    </section>
  )
}
