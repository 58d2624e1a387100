import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '../core/logger'

/** All that the app starts and ends while it quits has this long, in milliseconds: a cluster that hangs must not hold it up for ever. */
export const closeWithinMs = 20_000

/** Something that has to end with the app; `handle` is absent while nobody knows it. */
export interface End {
  readonly cluster: string
  readonly id: string
  readonly handle?: string | undefined
  /** Resolves when it has ended or its cluster has taken the request to end it. */
  readonly run: () => Promise<void>
}

/** All at once; what is left is logged with its id, so that a person can look for it. */
export async function endAll(ends: readonly End[], logger: Logger): Promise<void> {
  const open = new Set(ends)
  const work = ends.map(async (end) => {
    const { run, ...what } = end
    await run().catch((cause: unknown) => logger.error({ ...what, cause }, 'a replica could not be ended when the app was closed'))
    open.delete(end)
  })
  await Promise.race([Promise.all(work), pause(closeWithinMs, undefined, { ref: false })])
  for (const { cluster, id, handle } of open) logger.error({ cluster, id, handle }, 'a replica was not ended in time when the app was closed')
}
