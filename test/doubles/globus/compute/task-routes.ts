import { z } from 'zod'
import { jsonOf, ok, type Call, type Reply, type Route } from '../http/call'
import { callerOf, computeToken } from './access'
import { computeError, unprocessable } from './errors'
import type { ComputeState } from './state'
import type { ComputeTask } from './tasks'

/** As it is told; whoever is told the outcome has fetched it. */
function told(task: ComputeTask): object {
  const { id, status, outcome, completedAtS } = task
  if (outcome === undefined || completedAtS === undefined) return { task_id: id, status }
  task.isFetched = true
  return { task_id: id, status, ...outcome, completion_t: String(completedAtS), details: { os: 'Linux', python_version: '3', dill_version: '0.3' } }
}

function one(call: Call, compute: ComputeState): Reply {
  const caller = callerOf(computeToken(call, compute))
  compute.tasks.move()
  const task = compute.tasks.find(call.param('id'))
  if (task === undefined) throw computeError(404, 'TASK_NOT_FOUND', `Task ${call.param('id')} could not be resolved.`)
  if (task.owner !== caller) throw computeError(403, 'TASK_ACCESS_FORBIDDEN', `You are not permitted to see task ${task.id}.`)
  return ok(told(task))
}

/** Those of the caller's that there are; others have no entry. */
function several(call: Call, compute: ComputeState): Reply {
  const caller = callerOf(computeToken(call, compute))
  const { task_ids: ids } = jsonOf(call, z.object({ task_ids: z.array(z.guid()) }), unprocessable)
  compute.tasks.move()
  const found = ids.flatMap((id) => compute.tasks.find(id) ?? []).filter(({ owner }) => owner === caller)
  return ok({ response: 'batch', results: Object.fromEntries(found.map((task) => [task.id, told(task)])) as object })
}

function group(call: Call, compute: ComputeState): Reply {
  const caller = callerOf(computeToken(call, compute))
  const id = call.param('id')
  const tasks = compute.tasks.inGroup(id)
  if (tasks.length === 0) throw computeError(404, 'TASK_GROUP_NOT_FOUND', `Task group ${id} could not be resolved.`)
  if (tasks.some(({ owner }) => owner !== caller)) throw computeError(403, 'TASK_GROUP_ACCESS_FORBIDDEN', `You are not permitted to see task group ${id}.`)
  return ok({ taskgroup_id: id, tasks: tasks.map((task) => ({ id: task.id, created_at: new Date(task.submittedAtS * 1000).toISOString() })) })
}

export function taskRoutes(compute: ComputeState): readonly Route[] {
  return [
    { method: 'GET', path: '/v2/tasks/:id', handle: (call) => one(call, compute) },
    { method: 'POST', path: '/v2/batch_status', handle: (call) => several(call, compute) },
    { method: 'GET', path: '/v2/taskgroup/:id', handle: (call) => group(call, compute) },
  ]
}
