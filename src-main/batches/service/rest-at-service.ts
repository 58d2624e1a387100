import type { BatchUsage } from '@shared/domain/batch'
import type { BatchResults } from '../run/batch-results'
import type { StoredBatch } from '../stored-batch'
import type { Site } from './batch-service'
import { runAtSite, type SiteRunDeps } from './run-at-site'

interface RestAtServiceDeps extends Pick<SiteRunDeps, 'lines' | 'draft' | 'onWait' | 'ending' | 'signal' | 'pause'> {
  readonly read: () => StoredBatch
  readonly keep: (changes: Partial<StoredBatch>) => void
  readonly settle: (changes: Partial<StoredBatch>) => void
  readonly results: BatchResults
  readonly onResult: (cluster: string, usage: BatchUsage | undefined) => void
}

/**
 * Has the service of a site do what is left of a batch; what it has done is among the results then.
 * @throws what keeps its id or its results from being written, which sending more would not mend
 */
export async function restAtService({ service, cluster }: Extract<Site, { kind: 'service' }>, { read, keep, settle, results, onResult, ...deps }: RestAtServiceDeps): Promise<void> {
  const { id, endpoint, site } = read()
  let broken: { readonly cause: unknown } | undefined
  const breakWith = (cause: unknown): never => {
    broken = { cause }
    throw cause
  }
  const note = await runAtSite({
    ...deps,
    service,
    cluster,
    endpoint,
    known: site?.cluster === cluster ? site : undefined,
    newKey: () => id,
    isPaused: () => read().isPaused,
    remember(at) {
      try {
        settle({ site: at })
      } catch (cause) {
        breakWith(cause)
      }
    },
    async keep({ result, usage }) {
      if (!results.done.add(result.index)) return
      await results.add(result).catch(breakWith)
      onResult(cluster, usage)
    },
    onCounts: ({ completed, failed }) => {
      const now = read()
      if (completed + failed > now.completed + now.failed) keep({ completed, failed })
    },
  })
  if (broken !== undefined) throw broken.cause
  if (note !== undefined) keep({ note })
}
