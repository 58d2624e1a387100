import { ok, type Route } from '../http/call'
import { callerOf, computeToken } from './access'
import { computeError } from './errors'
import type { ComputeState } from './state'
import type { ComputeTask } from './tasks'

const prefixOf = (owner: string): string => `${owner}.results.`

/** The queue of a task group, which its owner alone may consume. */
export const queueOf = (owner: string, groupId: string): string => `${prefixOf(owner)}${groupId}`

/** How a task ended, as it is sent: a byte, and JSON. */
export function resultMessage({ id, outcome }: ComputeTask): Buffer {
  const [data, error] = outcome === undefined || 'exception' in outcome ? [outcome?.exception ?? '', { code: 'RemoteExecutionError', user_message: 'An error occurred during the execution of this task' }] : [outcome.result, null]
  const message = { message_type: 'result', data: { task_id: id, data, error_details: error, details: {}, task_statuses: [] } }
  return Buffer.concat([Buffer.from([1]), Buffer.from(JSON.stringify(message))])
}

export function resultQueueRoutes(compute: ComputeState): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v2/get_amqp_result_connection_url',
      handle: (call) => {
        const caller = callerOf(computeToken(call, compute))
        if (compute.broker === undefined) throw computeError(503, 'RESULT_QUEUE_UNAVAILABLE', 'Result queues are not available.')
        return ok({ queue_prefix: prefixOf(caller), connection_url: compute.broker.urlFor(caller) })
      },
    },
  ]
}
