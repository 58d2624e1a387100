import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { Replica } from '@shared/domain/replica'
import { useMemo } from 'react'
import type { PastOf } from '../history/use-history'
import { NothingFits } from '../nothing-fits'
import { ListWithDetails } from '../table/list-with-details'
import { useStatusView } from '../view-store'
import { clusterColumns } from './cluster-columns'
import { ClusterDetails } from './cluster-details'
import { clusterFits } from './cluster-rows'

export interface ClustersViewProps {
  readonly clusters: readonly ClusterSnapshot[]
  readonly past: PastOf
  readonly replicas: readonly Replica[]
}

export function ClustersView({ clusters, past, replicas }: ClustersViewProps) {
  const { filters, range } = useStatusView()
  const columns = useMemo(() => clusterColumns(past, range), [past, range])
  return (
    <ListWithDetails
      {...columns}
      view="clusters"
      label="Clusters"
      rows={clusters.filter((cluster) => clusterFits(cluster, filters.query))}
      keyOf={({ name }) => name}
      nothing={<NothingFits what="cluster" />}
      details={(cluster, close) => <ClusterDetails cluster={cluster} past={past} replicas={replicas} onClose={close} />}
    />
  )
}
