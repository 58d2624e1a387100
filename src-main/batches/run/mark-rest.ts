import type { BatchResults } from './batch-results'
import type { BatchLine } from './run-batch'

/** How a batch is brought to its end before all of it is done. */
export type Ending = 'cancelled' | 'expired'

const words: Readonly<Record<Ending, { readonly code: string; readonly message: string }>> = {
  cancelled: { code: 'batch_cancelled', message: 'The batch was cancelled before this request was done.' },
  expired: { code: 'batch_expired', message: 'The time of the batch was over before this request was done.' },
}

/** Lines that are written together. */
const atOnce = 500

/** Gives every request that has no result one that says why. */
export async function markRest(rest: AsyncIterable<BatchLine>, results: Pick<BatchResults, 'add'>, how: Ending): Promise<void> {
  let waiting: Promise<void>[] = []
  for await (const { index, customId } of rest) {
    waiting.push(results.add({ index, customId, error: words[how] }))
    if (waiting.length < atOnce) continue
    await Promise.all(waiting)
    waiting = []
  }
  await Promise.all(waiting)
}
