import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { jsonOf, ok, type Call, type Reply, type Route } from '../http/call'
import { callerOf, computeToken, usableEndpoint, usableFunction } from './access'
import { computeError, unprocessable } from './errors'
import { resultForms } from './functions'
import { queueOf } from './result-queues'
import type { ComputeState } from './state'

const registration = z.object({
  function_name: z.string(),
  function_code: z.string(),
  meta: z.object({ python_version: z.string().optional(), sdk_version: z.string().optional(), serde_identifier: z.string().optional() }).optional(),
  description: z.string().nullish(),
  public: z.boolean().optional(),
  group: z.guid().nullish(),
  ha_endpoint_id: z.guid().nullish(),
})

const submission = z.object({
  tasks: z.record(z.guid(), z.array(z.string())),
  create_queue: z.boolean().optional(),
  result_serializers: z.array(z.string()).nullish(),
  user_endpoint_config: z.record(z.string(), z.unknown()).nullish(),
  task_group_id: z.guid().nullish(),
  user_runtime: z.record(z.string(), z.unknown()).nullish(),
  resource_specification: z.record(z.string(), z.unknown()).nullish(),
})

function register(call: Call, compute: ComputeState): Reply {
  const token = computeToken(call, compute)
  checkSize(call, compute)
  const body = jsonOf(call, registration, unprocessable)
  const id = randomUUID()
  compute.functions.set(id, { id, name: body.function_name, code: body.function_code, owner: callerOf(token), isPublic: body.public === true })
  return ok({ function_uuid: id })
}

/** All of a submission is taken, or nothing. */
function submit(call: Call, compute: ComputeState): Reply {
  const token = computeToken(call, compute)
  checkSize(call, compute)
  const endpoint = usableEndpoint(call.param('id'), token, compute)
  const body = jsonOf(call, submission, unprocessable)
  const forms = resultForms(body.result_serializers ?? undefined)
  if (forms === undefined) throw computeError(400, 'INVALID_RESULT_SERIALIZER', 'A result serializer is not known.')
  const owner = callerOf(token)
  const groupId = body.task_group_id ?? randomUUID()
  if (compute.tasks.inGroup(groupId).some((task) => task.owner !== owner)) throw computeError(403, 'TASK_GROUP_ACCESS_FORBIDDEN', `You are not permitted to use task group ${groupId}.`)
  const asked = Object.entries(body.tasks).map(([id, payloads]) => ({ function: usableFunction(id, endpoint, token, compute), payloads }))
  compute.submissions.push(body)
  if (body.create_queue === true) compute.broker?.declare(queueOf(owner, groupId), owner)
  const tasks = asked.map(({ function: registered, payloads }) => [registered.id, payloads.map((payload) => compute.tasks.submit({ groupId, endpoint: endpoint.id, owner, function: registered, payload, forms }).id)])
  compute.tasks.move()
  return ok({ request_id: randomUUID(), task_group_id: groupId, endpoint_id: endpoint.id, tasks: Object.fromEntries(tasks) as object })
}

function checkSize(call: Call, { limits: { payloadBytes } }: ComputeState): void {
  if (call.bytes.length > payloadBytes) throw computeError(413, 'TASK_PAYLOAD_TOO_LARGE', `The payload is larger than ${payloadBytes} bytes.`)
}

export function functionRoutes(compute: ComputeState): readonly Route[] {
  return [
    { method: 'POST', path: '/v3/functions', handle: (call) => register(call, compute) },
    { method: 'POST', path: '/v3/endpoints/:id/submit', handle: (call) => submit(call, compute) },
  ]
}
