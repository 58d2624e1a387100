import { cn } from '@renderer/ui/cn'
import type { ModelStatus } from '@shared/domain/model'
import type { StatusSpan } from '@shared/domain/status-history'
import { useMemo } from 'react'
import { stretchesOf } from './slots'
import { alarmsOf, trackSummary, type TrackKind } from './track-words'

export interface StatusStripProps {
  readonly kind: TrackKind
  readonly spans: readonly StatusSpan[]
  readonly fromMs: number
  readonly toMs: number
  readonly className?: string
}

/** Slots of a strip: 12 minutes of a day, 6 hours of a month. */
const count = 120
const height = 16

interface Bar {
  readonly y: number
  readonly height: number
}
interface Look {
  readonly fill: string
  readonly bars: readonly Bar[]
}

const broken: Look = { fill: 'fill-fail', bars: [{ y: 0, height: 6 }, { y: 10, height: 6 }] }
/** Each status has a height and a place of its own, so that colour is not needed to tell them apart. */
const looks: Readonly<Record<ModelStatus, Look>> = {
  live: { fill: 'fill-live', bars: [{ y: 0, height: 16 }] },
  starting: { fill: 'fill-wait', bars: [{ y: 6, height: 10 }] },
  queued: { fill: 'fill-wait', bars: [{ y: 10, height: 6 }] },
  offline: { fill: 'fill-control', bars: [{ y: 14, height: 2 }] },
  failed: broken,
  maintenance: { fill: 'fill-care', bars: [{ y: 5, height: 6 }] },
  unknown: { fill: 'fill-line', bars: [] },
}
const lookOf = (kind: TrackKind, status: ModelStatus): Look => (kind === 'cluster' && status === 'offline' ? broken : looks[status])

/** How a cluster or a model was over a span of time; its words are in its name. */
export function StatusStrip({ kind, spans, fromMs, toMs, className }: StatusStripProps) {
  const stretches = useMemo(() => stretchesOf(spans, { fromMs, toMs, count, alarms: alarmsOf[kind] }), [spans, fromMs, toMs, kind])
  const words = trackSummary(kind, spans, fromMs, toMs)
  return (
    <svg role="img" aria-label={words} viewBox={`0 0 ${count} ${height}`} preserveAspectRatio="none" shapeRendering="crispEdges" className={cn('block h-4 w-full', className)}>
      <title>{words}</title>
      <rect x={0} y={15} width={count} height={1} className="fill-line" />
      {stretches.map(({ from, to, status }) => {
        const { fill, bars } = lookOf(kind, status)
        return bars.map((bar) => <rect key={`${from} ${bar.y}`} x={from} width={to - from} y={bar.y} height={bar.height} className={fill} />)
      })}
    </svg>
  )
}
