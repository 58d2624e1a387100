import type { ModelStatus } from '@shared/domain/model'
import type { ReplicaState } from '@shared/domain/replica'

/** Each state of a replica, by the marks of models. */
export const replicaMarks: Readonly<Record<ReplicaState, { readonly status: ModelStatus; readonly word: string }>> = {
  requested: { status: 'queued', word: 'Asked for' },
  queued: { status: 'queued', word: 'Queued' },
  starting: { status: 'starting', word: 'Starting' },
  live: { status: 'live', word: 'Live' },
  draining: { status: 'maintenance', word: 'Finishing' },
  stopped: { status: 'offline', word: 'Stopped' },
  failed: { status: 'failed', word: 'Failed' },
}
