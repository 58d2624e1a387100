import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { AccessToken } from '../auth/tokens'
import { jsonOf, ok, type Call, type Reply, type Route } from '../http/call'
import { transferError } from './errors'
import { checkDataAccess, collectionOf, transferToken, type TransferState } from './state'
import type { TransferTask } from './tasks'

const common = { submission_id: z.string(), label: z.string().nullish() }
const transferBody = z.object({
  ...common,
  DATA_TYPE: z.literal('transfer'),
  source_endpoint: z.string(),
  destination_endpoint: z.string(),
  verify_checksum: z.boolean().optional(),
  DATA: z.array(z.object({ DATA_TYPE: z.literal('transfer_item'), source_path: z.string(), destination_path: z.string(), recursive: z.boolean().optional() })).min(1),
})
const deleteBody = z.object({
  ...common,
  DATA_TYPE: z.literal('delete'),
  endpoint: z.string(),
  recursive: z.boolean().optional(),
  DATA: z.array(z.object({ DATA_TYPE: z.literal('delete_item'), path: z.string() })).min(1),
})

const ownerOf = ({ person }: AccessToken): string => person.identities[0].id

/** The same submission again gives the task that the first became. */
function once(call: Call, submissionId: string, state: TransferState, begin: () => TransferTask): Reply {
  const { submissions } = state
  if (!submissions.has(submissionId)) throw transferError(call, 400, 'ClientError.BadRequest.InvalidSubmissionId', `Invalid submission_id '${submissionId}'`)
  const before = submissions.get(submissionId)
  const id = before ?? begin().id
  submissions.set(submissionId, id)
  const code = before === undefined ? 'Accepted' : 'Duplicate'
  return { status: before === undefined ? 202 : 200, body: { DATA_TYPE: 'transfer_result', code, message: `The task was ${code === 'Accepted' ? 'accepted' : 'submitted before'}`, task_id: id, submission_id: submissionId, request_id: randomUUID().slice(0, 9), resource: call.url.pathname } }
}

function submitTransfer(call: Call, state: TransferState): Reply {
  const token = transferToken(call, state)
  const body = jsonOf(call, transferBody, (issues) => transferError(call, 400, 'ClientError.BadRequest', issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')))
  return once(call, body.submission_id, state, () => {
    const [source, destination] = [collectionOf(call, body.source_endpoint, state), collectionOf(call, body.destination_endpoint, state)]
    for (const collection of [source, destination]) checkDataAccess(call, collection, token, state)
    const items = body.DATA.map((item) => ({ source: item.source_path, destination: item.destination_path, isRecursive: item.recursive === true }))
    return state.tasks.submit({ owner: ownerOf(token), identities: token.person.identities, kind: 'TRANSFER', label: body.label ?? undefined, source, destination, items, verifies: body.verify_checksum === true })
  })
}

function submitDelete(call: Call, state: TransferState): Reply {
  const token = transferToken(call, state)
  const body = jsonOf(call, deleteBody, (issues) => transferError(call, 400, 'ClientError.BadRequest', issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')))
  return once(call, body.submission_id, state, () => {
    const source = collectionOf(call, body.endpoint, state)
    checkDataAccess(call, source, token, state)
    const items = body.DATA.map(({ path }) => ({ source: path, destination: path, isRecursive: body.recursive === true }))
    return state.tasks.submit({ owner: ownerOf(token), identities: token.person.identities, kind: 'DELETE', label: body.label ?? undefined, source, destination: source, items, verifies: false })
  })
}

const time = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString())

function told(task: TransferTask): object {
  return {
    DATA_TYPE: 'task',
    task_id: task.id,
    type: task.kind,
    status: task.status,
    nice_status: task.niceStatus,
    label: task.label ?? null,
    source_endpoint_id: task.source.id,
    destination_endpoint_id: task.destination.id,
    request_time: time(task.requestedAtMs),
    completion_time: time(task.completedAtMs),
    files: task.items.length,
    files_transferred: task.kind === 'TRANSFER' ? task.doneItems : 0,
    bytes_transferred: task.bytes,
    subtasks_total: task.items.length,
    subtasks_succeeded: task.doneItems,
    subtasks_failed: task.problem === undefined ? 0 : task.items.length - task.doneItems,
    faults: task.faults,
    verify_checksum: task.verifies,
    fatal_error: task.problem ?? null,
    is_paused: false,
  }
}

function mine(call: Call, state: TransferState): TransferTask {
  const token = transferToken(call, state)
  const task = state.tasks.find(call.param('id'))
  if (task === undefined || task.owner !== ownerOf(token)) throw transferError(call, 404, 'ClientError.NotFound', `Task ID '${call.param('id')}' not found`)
  return task
}

function newSubmission(call: Call, state: TransferState): Reply {
  transferToken(call, state)
  const value = randomUUID()
  state.submissions.set(value, undefined)
  return ok({ DATA_TYPE: 'submission_id', value })
}

function cancel(call: Call, state: TransferState): Reply {
  const wasActive = state.tasks.cancel(mine(call, state))
  return ok({ DATA_TYPE: 'result', code: wasActive ? 'Canceled' : 'TaskComplete', message: wasActive ? 'The task has been cancelled successfully.' : 'The task completed before the cancel request was processed.', request_id: randomUUID().slice(0, 9), resource: call.url.pathname })
}

export function transferTaskRoutes(state: TransferState): readonly Route[] {
  return [
    { method: 'GET', path: '/v0.10/submission_id', handle: (call) => newSubmission(call, state) },
    { method: 'POST', path: '/v0.10/transfer', handle: (call) => submitTransfer(call, state) },
    { method: 'POST', path: '/v0.10/delete', handle: (call) => submitDelete(call, state) },
    { method: 'GET', path: '/v0.10/task/:id', handle: (call) => ok(told(mine(call, state))) },
    { method: 'POST', path: '/v0.10/task/:id/cancel', handle: (call) => cancel(call, state) },
    {
      method: 'GET',
      path: '/v0.10/task_list',
      handle: (call) => {
        const owner = ownerOf(transferToken(call, state))
        return ok({ DATA_TYPE: 'task_list', DATA: state.tasks.all().filter((task) => task.owner === owner).map(told) })
      },
    },
  ]
}
