import type { Replica } from '@shared/domain/replica'

const none: readonly Replica[] = []

/** The replicas that the core runs; it tells of none yet. */
export function useReplicas(): readonly Replica[] {
  return none
}
