import { useClusters } from '@renderer/db'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { AlertsButton } from './alerts/alerts-button'
import { ClustersView } from './clusters/clusters-view'
import { useHistory } from './history/use-history'
import { JobsView } from './jobs/jobs-view'
import { jobRows } from './jobs/job-rows'
import { ModelsView } from './models/models-view'
import { modelRows } from './models/model-rows'
import { OfflineNotice } from './offline-notice'
import { RefreshButton } from './refresh-button'
import { replicasOf } from './replicas/replica-rows'
import { views } from './sections'
import { StatusFilters } from './status-filters'
import { Totals } from './totals'
import { ViewTabs } from './view-tabs'

/** Clusters, models and jobs: how they are, how they were, and how old that is. */
export function StatusPage() {
  const [location] = useLocation()
  const view = views.find(({ id }) => location.split('/')[2] === id)?.id ?? 'clusters'
  const { clusters, isLoaded, isLive } = useClusters()
  const past = useHistory(clusters)
  const replicas = useMemo(() => replicasOf(clusters), [clusters])
  const models = useMemo(() => modelRows(clusters), [clusters])
  const jobs = useMemo(() => jobRows(clusters), [clusters])
  return (
    <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col focus-visible:outline-none">
      <header className="flex flex-col gap-3 px-8 pt-6 pb-3">
        <div className="flex items-center justify-between gap-4">
          <h1 className="text-xl font-semibold">Status</h1>
          <div className="flex gap-2">
            <AlertsButton />
            <RefreshButton label="Refresh all" />
          </div>
        </div>
        <Totals clusters={clusters} />
        <OfflineNotice clusters={clusters} isLive={isLive} />
        <div className="flex flex-wrap items-center gap-2">
          <ViewTabs here={view} counts={{ clusters: clusters.length, models: models.length, jobs: jobs.length }} />
          <StatusFilters view={view} clusterNames={clusters.map(({ name }) => name)} />
        </div>
      </header>
      <div key={view} className="relative flex min-h-0 flex-1 border-t border-line">
        {!isLoaded && <p className="w-full px-6 py-12 text-center text-sm text-ink-mute">Reading what was known last…</p>}
        {isLoaded && view === 'clusters' && <ClustersView clusters={clusters} past={past} replicas={replicas} />}
        {isLoaded && view === 'models' && <ModelsView models={models} past={past} replicas={replicas} />}
        {isLoaded && view === 'jobs' && <JobsView jobs={jobs} clusters={clusters} />}
      </div>
    </main>
  )
}
