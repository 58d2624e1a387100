import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { rangeOf, type Range } from '../history/ranges'
import { StatusStrip } from '../history/status-strip'
import type { PastOf } from '../history/use-history'
import { kindWord } from '../kinds'
import { byNumber, byText, type Columns } from '../table/columns'
import { clusterMark, clusterNote } from './cluster-rows'
import { StatusCounts } from './status-counts'

const liveCount = ({ models }: ClusterSnapshot): number => models.filter(({ status }) => status === 'live').length

export function clusterColumns(past: PastOf, range: Range): Columns<ClusterSnapshot> {
  const { words, lengthMs } = rangeOf(range)
  return {
    grid: 'grid-cols-[8rem_minmax(0,1fr)_minmax(0,11rem)_5rem_5.5rem] @4xl:grid-cols-[8rem_minmax(0,1fr)_minmax(0,11rem)_5rem_minmax(8rem,12rem)_6rem] @7xl:grid-cols-[8rem_minmax(0,1fr)_14rem_6rem_minmax(12rem,1fr)_7rem]',
    columns: [
      {
        id: 'state',
        title: 'State',
        cell: (cluster) => <StatusMark {...clusterMark(cluster)} />,
        compare: (one, other) => byText(clusterMark(one).word, clusterMark(other).word),
      },
      {
        id: 'name',
        title: 'Cluster',
        cell: (cluster) => {
          const { name, kind, url } = cluster
          const note = clusterNote(cluster)
          return (
            <>
              <span className="block truncate font-medium">{name}</span>
              <span className="block truncate text-xs text-ink-mute" title={note}>
                {note ?? [kindWord(kind), ...(url === undefined ? [] : [new URL(url).host])].join(' · ')}
              </span>
            </>
          )
        },
        compare: (one, other) => byText(one.name, other.name),
      },
      { id: 'models', title: 'Models', cell: ({ models }) => <StatusCounts models={models} />, compare: (one, other) => byNumber(liveCount(one), liveCount(other)) },
      {
        id: 'nodes',
        title: 'Nodes free',
        className: 'text-right tabular-nums',
        cell: ({ nodes }) => (nodes === undefined ? <span className="text-ink-mute">–</span> : nodesFree(nodes)),
        compare: (one, other) => byNumber(one.nodes?.free, other.nodes?.free),
      },
      {
        id: 'history',
        title: words,
        className: 'hidden @4xl:block',
        cell: ({ name }) => <StatusStrip kind="cluster" spans={past.spans(name)} fromMs={past.toMs - lengthMs} toMs={past.toMs} />,
      },
      {
        id: 'age',
        title: 'As of',
        className: 'text-right text-xs tabular-nums',
        cell: ({ takenAtMs, isReachable }) => (takenAtMs === 0 ? <span className="text-ink-mute">never</span> : <RelativeTime atMs={takenAtMs} className={isReachable ? 'text-ink-mute' : 'text-wait'} />),
        compare: (one, other) => byNumber(one.takenAtMs, other.takenAtMs),
      },
    ],
  }
}

/** `12 of 40`, or `12` where the cluster does not say how many there are. */
export function nodesFree({ free, total }: NonNullable<ClusterSnapshot['nodes']>): string {
  return total === undefined ? String(free) : `${free} of ${total}`
}
