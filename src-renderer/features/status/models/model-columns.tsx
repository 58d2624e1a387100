import { tokens } from '@renderer/ui/format'
import { StatusMark } from '@renderer/ui/status-mark'
import { rangeOf, type Range } from '../history/ranges'
import { StatusStrip } from '../history/status-strip'
import type { PastOf } from '../history/use-history'
import { isHeld } from '../scaling/admin-words'
import { HeldMark } from '../scaling/held-mark'
import { byNumber, byText, type Columns } from '../table/columns'
import { CapabilityLetters } from './capability-letters'
import type { ModelRow } from './model-rows'
import { ModelSince, sinceOf } from './model-since'

const clusterNames = ({ places }: ModelRow): string => [...new Set(places.map(({ cluster }) => cluster.name))].join(', ')
const frameworks = ({ places }: ModelRow): string => [...new Set(places.map(({ model }) => model.framework))].join(', ')

/** Why it waits or failed; while nothing can be said of it, why not. */
function reasonOf({ status, places: [{ cluster, model }] }: ModelRow): string | undefined {
  if (model.reason !== undefined) return model.reason
  if (status !== 'unknown' || cluster.isReachable) return undefined
  return cluster.needsSignIn === true ? `${cluster.name} wants a sign-in.` : `${cluster.name} cannot be reached.`
}

export function modelColumns(past: PastOf, range: Range): Columns<ModelRow> {
  const { words, lengthMs } = rangeOf(range)
  return {
    grid: 'grid-cols-[6.5rem_minmax(0,1fr)_7.5rem_4rem_3.5rem] @3xl:grid-cols-[6.5rem_minmax(0,1fr)_minmax(0,9rem)_7.5rem_4rem_3.5rem] @6xl:grid-cols-[6.5rem_minmax(0,1fr)_minmax(0,12rem)_7.5rem_4rem_3.5rem_minmax(8rem,14rem)] @[100rem]:grid-cols-[7rem_minmax(0,1fr)_minmax(0,16rem)_9rem_5rem_5rem_minmax(8rem,1fr)]',
    columns: [
      {
        id: 'status',
        title: 'Status',
        cell: ({ status, places: [{ model }] }) => <StatusMark status={status} {...(status === 'starting' && model.progress !== undefined && { word: `Starting ${Math.round(model.progress * 100)}%` })} />,
        compare: (one, other) => byText(one.status, other.status),
      },
      {
        id: 'model',
        title: 'Model',
        cell: (row) => {
          const reason = reasonOf(row)
          return (
            <>
              <span className="flex items-center gap-1.5 font-medium" title={row.id}>
                <span className="truncate">{row.id}</span>
                <HeldMark wish={row.places.map(({ model }) => model.scaling?.wish).find(isHeld)} />
              </span>
              <span className="block truncate text-xs text-ink-mute" title={reason}>
                {frameworks(row)}
                <span className="@3xl:hidden"> · {clusterNames(row)}</span>
                {reason !== undefined && ` · ${reason}`}
              </span>
            </>
          )
        },
        compare: (one, other) => byText(one.id, other.id),
      },
      {
        id: 'clusters',
        title: 'Clusters',
        className: 'hidden truncate @3xl:block',
        cell: (row) => (
          <span title={clusterNames(row)} className="text-ink-soft">
            {clusterNames(row)}
          </span>
        ),
        compare: (one, other) => byText(clusterNames(one), clusterNames(other)),
      },
      {
        id: 'since',
        title: 'Since',
        className: 'text-right text-xs tabular-nums',
        cell: ({ places: [place] }) => <ModelSince past={past} place={place} />,
        compare: (one, other) => byNumber(sinceOf(past, one.places[0]), sinceOf(past, other.places[0])),
      },
      { id: 'can', title: 'Can', legend: 'B batch, T tool calling, R reasoning, H always hot', cell: ({ places }) => <CapabilityLetters places={places} /> },
      {
        id: 'context',
        title: 'Context',
        className: 'text-right text-xs tabular-nums',
        cell: ({ contextTokens }) => (contextTokens === undefined ? <span className="text-ink-mute">–</span> : tokens(contextTokens)),
        compare: (one, other) => byNumber(one.contextTokens, other.contextTokens),
      },
      {
        id: 'history',
        title: words,
        className: 'hidden @6xl:block',
        cell: ({ id, places: [{ cluster }] }) => <StatusStrip kind="model" spans={past.spans(cluster.name, id)} fromMs={past.toMs - lengthMs} toMs={past.toMs} />,
      },
    ],
  }
}
