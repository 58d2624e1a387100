import { tokens } from '@renderer/ui/format'
import type { SeriesPoint } from '@shared/domain/records'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { chartSeries } from './chart-series'
import { momentName } from './moment'
import type { Measure } from './usage-view'

export interface UsageChartProps {
  readonly points: readonly SeriesPoint[]
  readonly measure: Measure
  readonly every: 'hour' | 'day'
}

/** Pixels. */
const height = 208
const stepS = { hour: 3600, day: 86_400 } as const

/** Bars over time; drawn anew when the theme changes, since a canvas knows no custom properties. */
export function UsageChart({ points, measure, every }: UsageChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const look = useLook()
  useEffect(() => {
    const place = box.current
    if (place === null) return
    const chart = new uPlot(optionsOf(measure, every, place.clientWidth), dataOf(points, measure), place)
    const resized = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height }))
    resized.observe(place)
    return () => {
      resized.disconnect()
      chart.destroy()
    }
  }, [points, measure, every, look])
  return <div ref={box} role="img" aria-label={`Chart of ${measure} by ${every}; the table beside it has the same numbers.`} className="h-52 min-w-0 overflow-hidden" />
}

function dataOf(points: readonly SeriesPoint[], measure: Measure): uPlot.AlignedData {
  return [points.map(({ atMs }) => atMs / 1000), ...chartSeries[measure].map(({ top }) => points.map(top))]
}

function optionsOf(measure: Measure, every: 'hour' | 'day', width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const step = stepS[every]
  const axis = { stroke: colour('--ink-mute'), font: `11px ${getComputedStyle(document.body).fontFamily}` }
  const rule = { stroke: colour('--line'), width: 1 }
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Room for the whole of the first bar and the last.
      x: { time: true, range: (_chart, from, to) => [from - step / 2, to + step / 2] },
      y: { range: (_chart, _from, to) => [0, Math.max(1, to * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: { show: false },
        incrs: [1, 2, 3, 5, 7, 10].map((times) => times * step),
        size: 28,
        space: 64,
        values: (_chart, splits) => splits.map((atS) => momentName(atS * 1000, every)),
      },
      { ...axis, grid: rule, ticks: { show: false }, size: 40, incrs: wholeSteps, values: (_chart, splits) => splits.map((value) => tokens(value)) },
    ],
    series: [{}, ...chartSeries[measure].map(({ name, colour: property }) => ({ label: name, fill: colour(property), width: 0, points: { show: false }, paths: bars }))],
  }
}

const bars = uPlot.paths.bars?.({ size: [0.7, 36] }) ?? (() => null)
/** There is no half of a request. */
const wholeSteps = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((times) => times * 10 ** power)).flat()

const contrast = matchMedia('(prefers-contrast: more)')

function subscribe(listener: () => void): () => void {
  const themed = new MutationObserver(listener)
  themed.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-size'] })
  contrast.addEventListener('change', listener)
  return () => {
    themed.disconnect()
    contrast.removeEventListener('change', listener)
  }
}

/** Changes whenever the colours may have. */
function useLook(): string {
  return useSyncExternalStore(subscribe, () => `${document.documentElement.dataset['theme'] ?? ''} ${contrast.matches}`)
}
