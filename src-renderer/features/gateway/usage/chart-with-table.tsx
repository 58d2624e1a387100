import { cn } from '@renderer/ui/cn'
import { count } from '@renderer/ui/format'
import type { SeriesPoint } from '@shared/domain/records'
import { lazy, Suspense } from 'react'
import { chartSeries } from './chart-series'
import { momentName } from './moment'
import type { Measure } from './usage-view'

const UsageChart = lazy(() => import('./usage-chart').then((module) => ({ default: module.UsageChart })))

export interface ChartWithTableProps {
  readonly points: readonly SeriesPoint[] | undefined
  readonly isAsking: boolean
  readonly measure: Measure
  readonly every: 'hour' | 'day'
}

/** The same numbers twice: drawn, and written beside it for whoever reads them. */
export function ChartWithTable({ points, isAsking, measure, every }: ChartWithTableProps) {
  if (points === undefined)
    return <p className="rounded-xl border border-line px-4 py-24 text-center text-sm text-ink-mute">{isAsking ? 'Adding up…' : 'The numbers could not be read.'}</p>
  const isEmpty = points.every(({ requests }) => requests === 0)
  const series = chartSeries[measure]
  return (
    <div className="flex flex-col overflow-hidden rounded-xl border border-line @4xl:flex-row">
      <div className="min-w-0 flex-1 p-4">
        <div className="mb-2 flex gap-4 text-xs text-ink-soft">
          {series.map(({ name, swatch }) => (
            <span key={name} className="inline-flex items-center gap-1.5">
              <span aria-hidden className={cn('size-2.5 rounded-[2px]', swatch)} />
              {name}
            </span>
          ))}
        </div>
        {isEmpty ? (
          <p className="flex h-52 items-center justify-center text-sm text-ink-mute">Nothing was asked in this time.</p>
        ) : (
          <Suspense fallback={<div className="h-52" />}>
            <UsageChart points={points} measure={measure} every={every} />
          </Suspense>
        )}
      </div>
      <div tabIndex={0} role="region" aria-label="Numbers of the chart" className="max-h-64 overflow-y-auto border-line max-@4xl:border-t @4xl:w-72 @4xl:border-l">
        <table className="w-full text-xs tabular-nums">
          <thead className="sticky top-0 bg-canvas text-ink-mute">
            <tr>
              <th scope="col" className="px-4 py-2 text-left font-normal">
                {every === 'hour' ? 'Hour' : 'Day'}
              </th>
              {series.map(({ name }) => (
                <th key={name} scope="col" className="px-4 py-2 text-right font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr key={point.atMs} className={cn('border-t border-line', point.requests === 0 && 'text-ink-mute')}>
                <th scope="row" className="px-4 py-1.5 text-left font-normal">
                  {momentName(point.atMs, every, true)}
                </th>
                {series.map(({ name, of }) => (
                  <td key={name} className="px-4 py-1.5 text-right">
                    {count(of(point))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
