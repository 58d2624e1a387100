import type { LocalData } from '@renderer/db'
import type { CoreConnection } from '@renderer/rpc'
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createGatewayHttp, type GatewayHttp } from './gateway-http'
import { createIntake, type Intake, type IntakeState } from './intake'
import { createOutbox, type Outbox } from './outbox'
import { createSendFile } from './send-file'

/** What goes on with files while any page is shown. */
export interface BatchWork {
  readonly intake: Intake
  readonly outbox: Outbox
  readonly http: GatewayHttp
}

export interface BatchWorkDeps {
  readonly data: LocalData
  readonly core: CoreConnection
  readonly pageOrigin: string
  readonly onError: (cause: unknown) => void
}

/** Wires the work, and goes on with what an earlier run of the window has left. */
export function startBatchWork({ data, core, pageOrigin, onError }: BatchWorkDeps): BatchWork {
  const http = createGatewayHttp({ session: (signal) => core.session(signal), refreshSession: () => core.refreshSession(), pageOrigin, newRequest: () => new XMLHttpRequest() })
  const deps = { ...data, client: core.client, state: core.state, random: Math.random, http, sendFile: createSendFile(http), onError }
  const outbox = createOutbox(deps)
  const intake = createIntake({ ...deps, outbox })
  outbox.start()
  intake.start().catch(onError)
  return { intake, outbox, http }
}

export const BatchWorkContext = createContext<BatchWork | undefined>(undefined)

/** Throws outside of `<BatchWorkContext value={work}>`. */
export function useBatchWork(): BatchWork {
  const work = useContext(BatchWorkContext)
  if (!work) throw new Error('useBatchWork needs <BatchWorkContext value={work}> above it.')
  return work
}

/** The file that is prepared. */
export function useIntake(): IntakeState {
  return useStore(useBatchWork().intake.state)
}
