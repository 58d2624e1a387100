import { FirstError } from '@shared/errors'
import { ownerIdentity } from '../../identity/keyring'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

const hourMs = 60 * 60 * 1000
const usualWindowH = 24

/** The window stands for the owner, who sees the batches of everybody. */
export function batchHandlers(os: RpcImplementer, { work: { batches } }: RouterDeps) {
  const notYet = (): never => {
    throw new FirstError('not_found', 'This is not there yet.')
  }
  return {
    check: os.batches.check.handler(notYet),
    create: os.batches.create.handler(({ input: { fileId, endpoint, windowH = usualWindowH, ...rest } }) => batches.create({ identity: ownerIdentity, inputFileId: fileId, endpoint, windowMs: windowH * hourMs, ...rest })),
    list: os.batches.list.handler(() => [...batches.list(undefined)]),
    cancel: os.batches.cancel.handler(({ input: { id } }) => batches.cancel(id)),
    setPaused: os.batches.setPaused.handler(({ input: { id, isPaused } }) => batches.setPaused(id, isPaused)),
    retryFailed: os.batches.retryFailed.handler(notYet),
    remove: os.batches.remove.handler(async ({ input: { id } }) => {
      await batches.remove(id)
      return {}
    }),
    rows: os.batches.rows.handler(notYet),
    row: os.batches.row.handler(notYet),
    estimates: os.batches.estimates.handler(notYet),
  }
}
