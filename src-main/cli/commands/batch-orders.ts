import type { Batch } from '@shared/domain/batch'
import type { CliContext } from '../context'
import { withCore, type CoreClient } from '../rpc-client'
import { batchTable, batchText } from './batch-text'

interface Flags {
  readonly dataDir: string
  readonly json?: boolean
}

export async function listBatches({ dataDir, json }: Flags, context: CliContext): Promise<void> {
  const batches = await withCore({ dataDir, signal: context.signal }, (core) => core.batches.list())
  if (json === true) context.out(`${JSON.stringify(batches, null, 2)}\n`)
  else if (batches.length === 0) context.err('There are no batches.\n')
  else context.out(batchTable(batches, Date.now()))
}

export async function showBatch(id: string, { dataDir, json }: Flags, context: CliContext): Promise<void> {
  const batch = await withCore({ dataDir, signal: context.signal }, (core) => core.batches.get({ id }))
  context.out(json === true ? `${JSON.stringify(batch, null, 2)}\n` : batchText(batch))
}

type Order = 'cancel' | 'pause' | 'resume' | 'retry'

const orders: Readonly<Record<Order, { readonly give: (core: CoreClient, id: string) => Promise<Batch>; readonly said: (id: string, batch: Batch) => string }>> = {
  cancel: { give: (core, id) => core.batches.cancel({ id }), said: (id) => `${id} is being cancelled; the results that it has are kept.` },
  pause: { give: (core, id) => core.batches.setPaused({ id, isPaused: true }), said: (id) => `${id} is held.` },
  resume: { give: (core, id) => core.batches.setPaused({ id, isPaused: false }), said: (id) => `${id} goes on.` },
  retry: { give: (core, id) => core.batches.retryFailed({ id }), said: (id) => `What has no good answer in ${id} is tried again.` },
}

/** What comes of it is printed as JSON, or is a sentence; a batch that is new is printed by its id. */
export async function orderBatch(order: Order, id: string, { dataDir, json }: Flags, context: CliContext): Promise<void> {
  const { give, said } = orders[order]
  const batch = await withCore({ dataDir, signal: context.signal }, (core) => give(core, id))
  if (json === true) context.out(`${JSON.stringify(batch, null, 2)}\n`)
  else if (batch.id !== id) context.out(`${batch.id}\n`)
  context.err(`${said(id, batch)}\n`)
}
