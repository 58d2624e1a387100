import { EmptyState } from '@renderer/ui/empty-state'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import { ListTodo } from 'lucide-react'
import { useMemo } from 'react'
import { NothingFits } from '../nothing-fits'
import { ListWithDetails } from '../table/list-with-details'
import { useStatusView } from '../view-store'
import { jobColumns } from './job-columns'
import { JobDetails } from './job-details'
import { jobFits, type JobRow } from './job-rows'

export function JobsView({ jobs, clusters }: { readonly jobs: readonly JobRow[]; readonly clusters: readonly ClusterSnapshot[] }) {
  const filters = useStatusView((state) => state.filters)
  const rows = useMemo(() => jobs.filter((row) => jobFits(row, { query: filters.query, cluster: filters.cluster, state: filters.jobState })), [jobs, filters])
  const tells = clusters.some((cluster) => cluster.jobs !== undefined)
  return (
    <ListWithDetails
      {...jobColumns}
      view="jobs"
      label="Jobs"
      rows={rows}
      keyOf={({ key }) => key}
      nothing={
        jobs.length > 0 ? (
          <NothingFits what="job" />
        ) : (
          <EmptyState icon={ListTodo} title={tells ? 'No job runs or waits' : 'No cluster tells of jobs'}>
            {tells ? 'The workload managers of your clusters have nothing of a model now.' : 'Jobs are what Slurm or PBS run for a model. FIRST sites tell of theirs; single servers have none.'}
          </EmptyState>
        )
      }
      details={(row, close) => <JobDetails row={row} onClose={close} />}
    />
  )
}
