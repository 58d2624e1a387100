import type { AccountsState } from '@shared/domain/account'
import type { Alert } from '@shared/domain/alert'
import type { Batch } from '@shared/domain/batch'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ConfigState, CoreEvent, GatewayState, Session } from '@shared/rpc/contract'
import { createStore, type StoreApi } from 'zustand/vanilla'

/** `lost`: it was tried and did not work, or it broke; the window tries again by itself. */
export type ConnectionState = 'connecting' | 'open' | 'lost'

export interface CoreState {
  readonly connection: ConnectionState
  /** Unix milliseconds of the last change of `connection`. */
  readonly sinceMs: number
  readonly session?: Session
  /** Why the last attempt failed, for the page that says so. */
  readonly lastProblem?: unknown
  /** As the core told last; absent before it first did. */
  readonly clusters?: readonly ClusterSnapshot[]
  readonly config?: ConfigState
  readonly gateway?: GatewayState
  /** The newest ones, newest first. */
  readonly batches?: readonly Batch[]
  /** The last ones, oldest first. */
  readonly alerts?: readonly Alert[]
  readonly accounts?: AccountsState
  readonly disk?: { readonly freeBytes: number; readonly isLow: boolean }
}

export function createCoreState(nowMs: number): StoreApi<CoreState> {
  return createStore<CoreState>(() => ({ connection: 'connecting', sinceMs: nowMs }))
}

/** What one event of the core changes. */
export function applyEvent(event: CoreEvent): Partial<CoreState> {
  switch (event.kind) {
    case 'clusters':
      return { clusters: event.clusters }
    case 'config':
      return { config: event.config }
    case 'gateway':
      return { gateway: event.gateway }
    case 'batches':
      return { batches: event.batches }
    case 'accounts':
      return { accounts: event.accounts }
    case 'alerts':
      return { alerts: event.alerts }
    case 'disk':
      return { disk: { freeBytes: event.freeBytes, isLow: event.isLow } }
  }
}
