import type { ClusterKind } from '@shared/domain/cluster'
import type { Replica } from '@shared/domain/replica'
import { ReplicaItem } from './replica-item'

export interface ReplicaListProps {
  readonly replicas: readonly Replica[]
  readonly kind: ClusterKind
  /** Whether they are of one model, which is said elsewhere. */
  readonly isOfOneModel?: boolean
}

/** Running copies, and the last that are over, with what those that failed printed; nothing where there are none. */
export function ReplicaList({ replicas, kind, isOfOneModel = false }: ReplicaListProps) {
  if (replicas.length === 0) return null
  return (
    <section className="border-t border-line px-4 pt-3">
      <h3 className="text-sm font-semibold">Replicas</h3>
      <ul aria-label="Replicas" className="divide-y divide-line text-sm">
        {replicas.map((replica) => (
          <ReplicaItem key={replica.id} replica={replica} isModelNamed={!isOfOneModel} isJob={kind === 'slurm' || kind === 'pbs'} />
        ))}
      </ul>
    </section>
  )
}
