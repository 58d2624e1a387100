import type { ComputeClient } from './compute-client'
import type { Earlier, TaskLedger } from './task-ledger'

/**
 * The task of a request whose submission was not answered. A task group lists its tasks and not what they are of: only where
 * one request was submitted is its task known, and of several none is taken for another's.
 * @returns undefined where it was not taken, or cannot be told apart; throws a `FirstError` where that cannot be found out now
 */
export async function findLost(client: Pick<ComputeClient, 'taskGroup'>, { group, size }: Extract<Earlier, { kind: 'group' }>, signal: AbortSignal): Promise<string | undefined> {
  if (size !== 1) return undefined
  const [task, another] = await client.taskGroup(group, signal)
  return another === undefined ? task : undefined
}

/** The task that the same request has already. @throws FirstError where that cannot be found out now: it is not submitted again meanwhile */
export async function adoptTask({ client, ledger }: { readonly client: Pick<ComputeClient, 'taskGroup'>; readonly ledger: TaskLedger }, key: string, signal: AbortSignal): Promise<string | undefined> {
  const earlier = await ledger.adopt(key)
  if (earlier?.kind !== 'group') return earlier?.task
  try {
    const task = await findLost(client, earlier, signal)
    if (task === undefined) ledger.drop(earlier.group)
    else ledger.named(earlier.group, [{ task, key }])
    return task
  } catch (cause) {
    ledger.giveBack(key, earlier)
    throw cause
  }
}
