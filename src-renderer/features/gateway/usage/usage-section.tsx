import { useKnown } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { Choice } from '@renderer/ui/choice'
import { count, tokens } from '@renderer/ui/format'
import { Stat, Stats } from '@renderer/ui/stat'
import type { SeriesPoint } from '@shared/domain/records'
import { X } from 'lucide-react'
import { useMemo } from 'react'
import { AsOf } from '../as-of'
import { ChartWithTable } from './chart-with-table'
import { seriesQuestion } from './questions'
import { UsageBreakdown } from './usage-breakdown'
import { measures, ranges, spans, useUsageView } from './usage-view'

/** Who used what, and how long it took. */
export function UsageSection() {
  const { range, measure, focus } = useUsageView()
  const question = useMemo(() => seriesQuestion(range, focus), [range, focus])
  const known = useKnown(question)
  return (
    <div className="@container min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-[80rem] flex-col gap-6 px-8 pt-8 pb-16">
        <header className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-xl font-semibold">Usage</h1>
          <Choice label="Range" value={range} options={ranges} onChange={(next) => useUsageView.setState({ range: next })} />
        </header>
        <AsOf known={known} />
        <Totals points={known.value} />
        <section>
          <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
            <h2 className="flex min-h-8 min-w-0 items-center gap-2 text-sm font-semibold">
              {spans[range].every === 'hour' ? 'By hour' : 'By day'}
              {focus !== undefined && (
                <Button look="plain" className="h-7 min-w-0 shrink font-normal" onClick={() => useUsageView.setState({ focus: undefined })}>
                  <span className="sr-only">Show everything again instead of </span>
                  <span className="truncate">{focus.label}</span>
                  <X strokeWidth={1.75} aria-hidden />
                </Button>
              )}
            </h2>
            <Choice label="Shown" value={measure} options={measures} onChange={(next) => useUsageView.setState({ measure: next })} />
          </div>
          <ChartWithTable points={known.value} isAsking={known.isAsking} measure={measure} every={spans[range].every} />
        </section>
        <UsageBreakdown />
      </div>
    </div>
  )
}

function Totals({ points = [] }: { readonly points: readonly SeriesPoint[] | undefined }) {
  const sum = (of: (point: SeriesPoint) => number) => points.reduce((total, point) => total + of(point), 0)
  const requests = sum((point) => point.requests)
  const failures = sum((point) => point.failures)
  return (
    <Stats label="In all">
      <Stat label="Requests" value={count(requests)} />
      <Stat label="Failed" value={count(failures)} note={requests === 0 ? undefined : `${((100 * failures) / requests).toFixed(1)} %`} />
      <Stat label="Tokens in" value={tokens(sum((point) => point.promptTokens))} />
      <Stat label="Tokens out" value={tokens(sum((point) => point.completionTokens))} />
    </Stats>
  )
}
