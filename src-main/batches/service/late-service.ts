import { FirstError } from '@shared/errors'
import type { BatchService } from './batch-service'

/**
 * The service of a cluster whose adapter is made anew when its configuration changes: asked for at each step.
 * @returns undefined where there is none now
 */
export function createLateService(cluster: string, find: () => BatchService | undefined): BatchService | undefined {
  if (find() === undefined) return undefined
  const now = (): BatchService => {
    const service = find()
    if (service === undefined) throw new FirstError('batch_not_found', `The cluster "${cluster}" does no batches of this model any more.`)
    return service
  }
  return {
    submit: async (order, signal, step) => now().submit(order, signal, step),
    find: async (key, signal, step) => now().find(key, signal, step),
    status: async (id, signal) => now().status(id, signal),
    results: (fileId, signal, step) => now().results(fileId, signal, step),
    cancel: async (id, signal) => now().cancel(id, signal),
    finish: async (signal) => find()?.finish?.(signal),
  }
}
