import { StatusMark } from '@renderer/ui/status-mark'
import type { ReactNode } from 'react'
import { byNumber, byText, type Columns } from '../table/columns'
import { jobMark, startText, type JobRow } from './job-rows'

const orDash = (text: ReactNode): ReactNode => text ?? <span className="text-ink-mute">–</span>
const soft = (text: string | undefined): ReactNode => (
  <span title={text} className="text-ink-soft">
    {text ?? '–'}
  </span>
)

export const jobColumns: Columns<JobRow> = {
  grid: 'grid-cols-[7rem_minmax(0,1fr)_3.5rem_5.5rem_minmax(0,9rem)] @4xl:grid-cols-[7rem_minmax(0,1fr)_minmax(0,8rem)_3.5rem_5.5rem_minmax(0,10rem)] @6xl:grid-cols-[7rem_minmax(0,1fr)_minmax(0,8rem)_minmax(0,10rem)_3.5rem_5.5rem_minmax(0,14rem)_minmax(0,7rem)]',
  columns: [
    { id: 'state', title: 'State', cell: ({ job }) => <StatusMark {...jobMark(job)} />, compare: (one, other) => byText(jobMark(one.job).word, jobMark(other.job).word) },
    {
      id: 'model',
      title: 'Model',
      cell: ({ job, cluster }) => (
        <>
          <span className="block truncate font-medium" title={job.models.join(', ')}>
            {job.models.length === 0 ? 'No model' : job.models.join(', ')}
          </span>
          <span className="block truncate text-xs text-ink-mute" title={job.comment}>
            {[job.framework, job.id].filter((text) => text !== undefined).join(' · ')}
            <span className="@4xl:hidden"> · {cluster.name}</span>
            {job.comment !== undefined && ` · ${job.comment}`}
          </span>
        </>
      ),
      compare: (one, other) => byText(one.job.models.join(), other.job.models.join()),
    },
    { id: 'cluster', title: 'Cluster', className: 'hidden truncate @4xl:block', cell: ({ cluster }) => soft(cluster.name), compare: (one, other) => byText(one.cluster.name, other.cluster.name) },
    { id: 'host', title: 'Host', className: 'hidden truncate @6xl:block', cell: ({ job }) => soft(job.host), compare: (one, other) => byText(one.job.host ?? '', other.job.host ?? '') },
    { id: 'nodes', title: 'Nodes', className: 'text-right tabular-nums', cell: ({ job }) => orDash(job.nodes), compare: (one, other) => byNumber(one.job.nodes, other.job.nodes) },
    { id: 'walltime', title: 'Walltime', className: 'text-right text-xs tabular-nums', cell: ({ job }) => orDash(job.walltime), compare: (one, other) => byText(one.job.walltime ?? '', other.job.walltime ?? '') },
    {
      id: 'start',
      title: 'Expected start',
      className: 'truncate text-xs tabular-nums',
      cell: ({ job }) => <span title={startText(job.estimatedStart)}>{orDash(startText(job.estimatedStart))}</span>,
      compare: (one, other) => byText(one.job.estimatedStart ?? '', other.job.estimatedStart ?? ''),
    },
    { id: 'user', title: 'User', className: 'hidden truncate @6xl:block', cell: ({ job }) => soft(job.username), compare: (one, other) => byText(one.job.username ?? '', other.job.username ?? '') },
  ],
}
