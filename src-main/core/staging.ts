import { join } from 'node:path'
import { Agent } from 'undici'
import type { FirstClusterConfig } from '@shared/config/clusters'
import type { BatchService } from '../batches/service/batch-service'
import type { Accounts } from '../identity/globus/accounts'
import { createStagedBatches } from '../staging/staged-batches'
import type { Logger } from './logger'

export interface StartStagingDeps {
  readonly accounts: Pick<Accounts, 'siteTokens' | 'tellNeed' | 'onSignedIn'>
  /** Of the data directory. */
  readonly folder: string
  /** Origin of Globus Transfer. */
  readonly transferUrl: string
  readonly logger: Pick<Logger, 'warn'>
}

export interface RunningStaging {
  readonly stagedBatches: (cluster: FirstClusterConfig, batch: { readonly key: string; readonly model: string; readonly framework?: string | undefined }) => BatchService
  close(): Promise<void>
}

const connectTimeoutMs = 10_000

/** Copies the files of batches to and from FIRST sites. */
export function startStaging({ accounts, folder, transferUrl, logger }: StartStagingDeps): RunningStaging {
  const agent = new Agent({ connect: { timeout: connectTimeoutMs } })
  const { stagedBatches, close } = createStagedBatches({
    agent,
    accounts,
    folder: join(folder, 'staging'),
    transferUrl,
    after(ms, callback) {
      const timer = setTimeout(callback, ms).unref()
      return () => clearTimeout(timer)
    },
    random: Math.random,
    logger,
  })
  return {
    stagedBatches,
    async close() {
      close()
      await agent.destroy()
    },
  }
}
