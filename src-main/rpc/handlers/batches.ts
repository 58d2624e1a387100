import type { BatchReport, ValidationProgress } from '@shared/domain/batch-report'
import { estimateBatches } from '../../batches/estimates'
import { retryFailed } from '../../batches/retry'
import { createBatchRows } from '../../batches/rows/batch-rows'
import { ownerIdentity } from '../../identity/keyring'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'
import { withProgress } from '../with-progress'

const hourMs = 60 * 60 * 1000
const usualWindowH = 24

/** The window stands for the owner, who sees the batches of everybody. */
export function batchHandlers(os: RpcImplementer, { work: { batches, files }, directory, records, closing }: RouterDeps) {
  const rows = createBatchRows({ batch: (id) => batches.get(id), files, monotonic: () => performance.now() })
  return {
    check: os.batches.check.handler(async function* ({ input, signal }) {
      const news = withProgress<ValidationProgress, BatchReport>((hooks) => batches.check(input, hooks), signal === undefined ? closing : AbortSignal.any([signal, closing]))
      for await (const each of news) yield 'progress' in each ? { kind: 'progress' as const, progress: each.progress } : { kind: 'report' as const, report: each.result }
    }),
    create: os.batches.create.handler(({ input: { fileId, endpoint, windowH = usualWindowH, ...rest } }) => batches.create({ identity: ownerIdentity, inputFileId: fileId, endpoint, windowMs: windowH * hourMs, ...rest })),
    get: os.batches.get.handler(({ input: { id } }) => batches.get(id)),
    list: os.batches.list.handler(() => [...batches.each(undefined)]),
    cancel: os.batches.cancel.handler(({ input: { id } }) => batches.cancel(id)),
    setPaused: os.batches.setPaused.handler(({ input: { id, isPaused } }) => batches.setPaused(id, isPaused)),
    retryFailed: os.batches.retryFailed.handler(({ input: { id } }) => retryFailed(id, ownerIdentity, { batches, files })),
    remove: os.batches.remove.handler(async ({ input: { id } }) => {
      await batches.remove(id)
      return {}
    }),
    rows: os.batches.rows.handler(({ input: { id, ...query }, signal }) => rows.page(id, query, signal)),
    row: os.batches.row.handler(({ input: { id, index } }) => rows.one(id, index)),
    estimates: os.batches.estimates.handler(({ input: { models } }) =>
      estimateBatches(models, { places: (model) => directory.candidates(model), records, batches: () => batches.each(undefined), clock: Date.now }),
    ),
  }
}
