import type { Session } from '@shared/rpc/contract'
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { CoreClient, CoreConnection } from './connection'
import type { CoreState } from './core-state'

export const CoreContext = createContext<CoreConnection | undefined>(undefined)

/** Throws outside of `<CoreContext value={core}>`. */
export function useCore(): CoreConnection {
  const core = useContext(CoreContext)
  if (!core) throw new Error('useCore needs <CoreContext value={core}> above it.')
  return core
}

export function useCoreClient(): CoreClient {
  return useCore().client
}

export function useCoreState<T>(select: (state: CoreState) => T): T {
  return useStore(useCore().state, select)
}

/** The session with the core, or undefined until the first one is there. */
export function useSession(): Session | undefined {
  return useCoreState((state) => state.session)
}

/** How the way to the core is, and since when (Unix milliseconds). */
export function useConnection(): Pick<CoreState, 'connection' | 'sinceMs'> {
  const connection = useCoreState((state) => state.connection)
  const sinceMs = useCoreState((state) => state.sinceMs)
  return { connection, sinceMs }
}
