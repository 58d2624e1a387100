import { ok, type Route } from '../http/call'
import { callerOf, computeToken, mayUse, usableEndpoint } from './access'
import type { ComputeEndpoint } from './endpoints'
import { computeError } from './errors'
import type { ComputeState } from './state'

const entry = ({ id, name, owner }: ComputeEndpoint): object => ({ uuid: id, name, display_name: name, owner })

function statusOf(endpoint: ComputeEndpoint, { endpoints, tasks }: ComputeState): object {
  if (endpoint.isOnline === false) return { status: 'offline' }
  const here = tasks.all().filter((task) => task.endpoint === endpoint.id)
  const count = (...statuses: readonly string[]): number => here.filter(({ status }) => statuses.includes(status)).length
  const managers = endpoints.managers(endpoint.id)
  const workers = managers * (endpoint.workersPerManager ?? 1)
  const running = count('running')
  return { status: 'online', details: { total_workers: workers, idle_workers: Math.max(0, workers - running), pending_tasks: count('received', 'waiting-for-nodes', 'waiting-for-launch'), outstanding_tasks: count('received', 'waiting-for-nodes', 'waiting-for-launch', 'running'), managers } }
}

export function endpointRoutes(compute: ComputeState): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/v2/endpoints',
      handle: (call) => {
        const token = computeToken(call, compute)
        const role = call.url.searchParams.get('role') ?? 'owner'
        if (role !== 'owner' && role !== 'any') throw computeError(400, 'INVALID_ROLE', 'role is owner or any.')
        const mine = compute.endpoints.all().filter((endpoint) => (role === 'any' ? mayUse(endpoint, token) : endpoint.owner === callerOf(token)))
        return { status: 200, body: mine.map(entry) }
      },
    },
    { method: 'GET', path: '/v2/endpoints/:id', handle: (call) => ok(entry(usableEndpoint(call.param('id'), computeToken(call, compute), compute))) },
    {
      method: 'GET',
      path: '/v2/endpoints/:id/status',
      handle: (call) => {
        const endpoint = usableEndpoint(call.param('id'), computeToken(call, compute), compute)
        compute.tasks.move()
        return ok(statusOf(endpoint, compute))
      },
    },
  ]
}
