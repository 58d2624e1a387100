import type { Dispatcher } from 'undici'
import type { z } from 'zod'
import { FirstError } from '@shared/errors'
import { connectionProblem } from '../direct/connection-problem'
import type { TokenSource } from '../first/token-source'
import { batchAnswer, groupAnswer, queueAnswer, registeredAnswer, statusAnswer, submitAnswer, type StatusAnswer, type SubmitAnswer, type TaskAnswer } from './answers'
import { readRefusal, type ReadRefusal } from './compute-error'
import type { Pace } from './pace'

/** Ten results of the greatest size that Globus Compute takes. */
const limitBytes = 110 * 2 ** 20
/** Without a sign of life; a connection that the sleep of this machine has ended gives none. */
const usualQuietMs = 30_000
/** What is sent has the time that a slow line takes: 64 kB in a second. */
const bytesPerMs = 64

export interface ComputeClientDeps {
  readonly agent: Dispatcher
  /** Origin of Globus Compute, no slash at its end. */
  readonly computeUrl: string
  /** Ours, to name it in errors. */
  readonly cluster: string
  readonly tokens: TokenSource
  readonly pace: Pace
  /** Milliseconds without a sign of life after which a request is given up; default 30 s. */
  readonly quietMs?: number
}

export interface Submission {
  readonly endpoint: string
  readonly taskGroup: string
  /** Results are sent to the group's queue. */
  readonly hasQueue: boolean
  /** Packed arguments by the function's id. */
  readonly tasks: Readonly<Record<string, readonly string[]>>
  readonly userEndpointConfig?: object | undefined
}

/** Globus Compute, as wire/globus.md has it. All throw a `FirstError` that says what is wrong. */
export interface ComputeClient {
  status(endpoint: string, signal: AbortSignal): Promise<StatusAnswer>
  /** @returns the function's id */
  register(name: string, code: string, signal: AbortSignal): Promise<string>
  submit(submission: Submission, signal: AbortSignal): Promise<SubmitAnswer>
  /** Ids of the tasks of a group, in no order; none where there is no such group. */
  taskGroup(id: string, signal: AbortSignal): Promise<readonly string[]>
  /** Where results are sent; each time with another password. */
  resultQueue(signal: AbortSignal): Promise<{ readonly queuePrefix: string; readonly url: string }>
  /** Of those tasks that are known there, what there is to say. */
  outcomes(tasks: readonly string[], signal: AbortSignal): Promise<Readonly<Record<string, TaskAnswer>>>
}

interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
}

/** In the order of liking: plain JSON, and for what is none the form that only a text is read from. */
const resultSerializers = ['globus_compute_sdk.serialize.JSONData', 'globus_compute_sdk.serialize.DillDataBase64']
/** The versions whose formats are written here. */
const meta = { python_version: '3.11.0', sdk_version: '4.15.0', serde_identifier: 'st' }

export function createComputeClient({ agent, computeUrl, cluster, tokens, pace, quietMs = usualQuietMs }: ComputeClientDeps): ComputeClient {
  const send = async ({ method, path, body }: Asked, token: string, signal: AbortSignal): Promise<{ readonly status: number; readonly body: string; readonly retryAfterS: number | undefined }> => {
    await pace.turn(signal)
    const url = `${computeUrl}${path}`
    const { origin, pathname } = new URL(url)
    const text = body === undefined ? '' : JSON.stringify(body)
    try {
      const answer = await agent.request({
        origin,
        path: pathname,
        method,
        headers: { accept: 'application/json', 'accept-encoding': 'identity', authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: text }),
        headersTimeout: quietMs + text.length / bytesPerMs,
        bodyTimeout: quietMs,
        signal,
      })
      const parts: Buffer[] = []
      let sizeBytes = 0
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        sizeBytes += part.length
        if (sizeBytes > limitBytes) throw new FirstError('upstream_garbled', `${url} answered with more than Globus Compute does.`)
        parts.push(part)
      }
      const seconds = Number(answer.headers['retry-after'])
      return { status: answer.statusCode, body: Buffer.concat(parts).toString('utf8'), retryAfterS: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined }
    } catch (cause) {
      throw cause instanceof FirstError ? cause : new FirstError('upstream_unreachable', connectionProblem(cause, url, signal), { cause })
    }
  }

  const attempt = async <Answer>(asked: Asked, schema: z.ZodType<Answer>, token: string, signal: AbortSignal): Promise<Answer | ReadRefusal> => {
    const answer = await send(asked, token, signal)
    if (answer.status >= 300) {
      const refusal = readRefusal(answer, { cluster, token, tokens })
      if (refusal.error.code === 'too_many_requests') pace.hold((refusal.error.retryAfterS ?? 1) * 1000)
      return refusal
    }
    const parsed = schema.safeParse(parse(answer.body))
    if (parsed.success) return parsed.data
    throw new FirstError('upstream_garbled', `${computeUrl}${asked.path} did not answer as Globus Compute does.`, { cause: parsed.error })
  }

  const ask = async <Answer extends object>(asked: Asked, schema: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer> => {
    const token = await tokens.token()
    const first = await attempt(asked, schema, token, signal)
    if (!isRefusal(first)) return first
    // Others share the rate: what was counted out is asked once more in its turn.
    const isTooOften = first.error.code === 'too_many_requests'
    if (!first.isWorthAnother && !isTooOften) throw first.error
    const other = await tokens.token()
    if (other === token && !isTooOften) throw first.error
    const second = await attempt(asked, schema, other, signal)
    if (isRefusal(second)) throw second.error
    return second
  }

  return {
    status: (endpoint, signal) => ask({ method: 'GET', path: `/v2/endpoints/${endpoint}/status` }, statusAnswer, signal),
    register: async (name, code, signal) => (await ask({ method: 'POST', path: '/v3/functions', body: { function_name: name, function_code: code, meta } }, registeredAnswer, signal)).function_uuid,
    submit: ({ endpoint, taskGroup, hasQueue, tasks, userEndpointConfig }, signal) =>
      ask(
        {
          method: 'POST',
          path: `/v3/endpoints/${endpoint}/submit`,
          body: { tasks, create_queue: hasQueue, result_serializers: resultSerializers, task_group_id: taskGroup, ...(userEndpointConfig !== undefined && { user_endpoint_config: userEndpointConfig }) },
        },
        submitAnswer,
        signal,
      ),
    async taskGroup(id, signal) {
      try {
        return (await ask({ method: 'GET', path: `/v2/taskgroup/${id}` }, groupAnswer, signal)).tasks.map((task) => task.id)
      } catch (cause) {
        if (cause instanceof FirstError && cause.code === 'not_found') return []
        throw cause
      }
    },
    async resultQueue(signal) {
      const { queue_prefix: queuePrefix, connection_url: url } = await ask({ method: 'GET', path: '/v2/get_amqp_result_connection_url' }, queueAnswer, signal)
      return { queuePrefix, url }
    },
    outcomes: async (tasks, signal) => (await ask({ method: 'POST', path: '/v2/batch_status', body: { task_ids: tasks } }, batchAnswer, signal)).results,
  }
}

const isRefusal = (answer: object): answer is ReadRefusal => 'error' in answer && answer.error instanceof FirstError

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
