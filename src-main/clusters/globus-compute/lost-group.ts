import type { ComputeClient } from './compute-client'
import type { Earlier } from './task-ledger'

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
