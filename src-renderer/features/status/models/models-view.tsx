import { Button } from '@renderer/ui/button'
import { EmptyState } from '@renderer/ui/empty-state'
import { settingsPath } from '@renderer/features/settings'
import type { Replica } from '@shared/domain/replica'
import { Boxes } from 'lucide-react'
import { useMemo } from 'react'
import { useLocation } from 'wouter'
import type { PastOf } from '../history/use-history'
import { NothingFits } from '../nothing-fits'
import { ListWithDetails } from '../table/list-with-details'
import { useStatusView } from '../view-store'
import { modelColumns } from './model-columns'
import { ModelDetails } from './model-details'
import { modelFits, type ModelRow } from './model-rows'

export interface ModelsViewProps {
  readonly models: readonly ModelRow[]
  readonly past: PastOf
  readonly replicas: readonly Replica[]
}

export function ModelsView({ models, past, replicas }: ModelsViewProps) {
  const [, navigate] = useLocation()
  const { filters, range } = useStatusView()
  const columns = useMemo(() => modelColumns(past, range), [past, range])
  const rows = useMemo(() => models.filter((row) => modelFits(row, { query: filters.query, cluster: filters.cluster, status: filters.modelStatus })), [models, filters])
  return (
    <ListWithDetails
      {...columns}
      view="models"
      label="Models"
      rows={rows}
      keyOf={({ id }) => id}
      nothing={
        models.length > 0 ? (
          <NothingFits what="model" />
        ) : (
          <EmptyState icon={Boxes} title="No model is known yet" action={<Button onClick={() => navigate(settingsPath('servers', 'add'))}>Add a server</Button>}>
            Models are listed here as soon as a cluster names them.
          </EmptyState>
        )
      }
      details={(row, close) => <ModelDetails row={row} past={past} replicas={replicas} onClose={close} />}
    />
  )
}
