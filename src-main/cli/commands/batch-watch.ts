import { CommanderError } from 'commander'
import { isBatchOver, type Batch } from '@shared/domain/batch'
import { FirstError } from '@shared/errors'
import type { CliContext } from '../context'
import { age } from '../snapshots'
import { withCore, type CoreClient } from '../rpc-client'
import { createProgressBar, type ProgressBar } from './batch-progress'
import { endText, rateText } from './batch-text'

/** @throws CommanderError with exit code 3 where the batch did not answer every request */
export async function watchBatch(id: string, { dataDir, json }: { readonly dataDir: string; readonly json?: boolean }, context: CliContext): Promise<void> {
  const bar = createProgressBar(context)
  const batch = await withCore({ dataDir, signal: context.signal }, (core) => waitForEnd(core, id, bar, context)).finally(() => bar.clear())
  if (json === true) context.out(`${JSON.stringify(batch, null, 2)}\n`)
  context.err(endText(batch))
  if (batch.status !== 'completed' || batch.failed > 0) throw new CommanderError(3, 'first.batch_failed', 'not every request was answered')
}

async function waitForEnd(core: CoreClient, id: string, bar: ProgressBar, context: CliContext): Promise<Batch> {
  let said: string | undefined
  for await (const event of await core.events.watch()) {
    if (event.kind !== 'batches') continue
    // The events have the last ones only.
    const batch = event.batches.find((one) => one.id === id) ?? (await core.batches.get({ id }))
    if (isBatchOver(batch.status)) return batch
    const text = progressText(batch)
    bar.show(partOf(batch), text)
    // Where there is no bar, each state is told once.
    const state = batch.waits ?? (batch.isPaused ? 'paused' : batch.status)
    if (context.terminalColumns === undefined && state !== said) context.err(`${id}: ${state}\n`)
    said = state
  }
  throw new FirstError('upstream_unreachable', 'FIRST Desktop ended before the batch did.', { action: 'The batch goes on when it is started again.' })
}

const partOf = ({ status, validated = 0, total, completed, failed }: Batch): number => (status === 'validating' ? validated : total === 0 ? 0 : (completed + failed) / total)

function progressText(batch: Batch): string {
  const { status, isPaused, waits, total, completed, failed, expectedEndMs } = batch
  if (status === 'validating') return 'checked'
  const counts = `${(completed + failed).toLocaleString('en-US')} of ${total.toLocaleString('en-US')}${failed > 0 ? `, ${failed.toLocaleString('en-US')} failed` : ''}`
  if (isPaused) return `${counts}, paused`
  if (waits !== undefined) return `${counts}, waits: ${waits}`
  return `${counts}, ${rateText(batch)}${expectedEndMs === undefined ? '' : `, ${age(Date.now(), expectedEndMs)} left`}`
}
