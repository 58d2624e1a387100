import { createHash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { ComputeFunctionConfig, ComputeModelConfig, GlobusComputeClusterConfig } from '@shared/config/globus-compute'
import type { ClusterSnapshot } from '@shared/domain/cluster'
import type { ModelInfo, Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { jobsOf } from '@shared/first/from-site'
import { freeNodes, type JobsAnswer } from '@shared/first/jobs'
import type { RefusedFields, RefusingPlace } from '../../storage/refused-fields'
import type { ClusterAdapter, WireProfile } from '../cluster-adapter'
import type { TokenSource } from '../first/token-source'
import type { Timers } from '../local/timers'
import { problemOf, type Problem } from '../problem'
import type { StatusAnswer } from './answers'
import { createComputeBatches } from './batch/compute-batches'
import { createComputeClient } from './compute-client'
import { createEndpointState } from './endpoint-state'
import { createFunctions } from './functions'
import { readInnerError } from './inner-error'
import { createJobList } from './jobs'
import { startLoopback, type AskedWhole, type Loopback } from './loopback'
import type { Pace } from './pace'
import { answerOf, argumentOf, functionOf, operationsOf, type WholeAnswer } from './request'
import { readResult } from './read-result'
import { packArguments } from './serialize'
import type { TaskLedger } from './task-ledger'
import { createTasks } from './tasks'

export interface GlobusComputeDeps {
  readonly agent: Dispatcher
  /** Origin of Globus Compute, no slash at its end. */
  readonly computeUrl: string
  /** Of Globus Compute, by the sign-in to the site. */
  readonly tokens: TokenSource
  /** Shared by all clusters that one person reaches this way. */
  readonly pace: Pace
  readonly ledger: TaskLedger
  /** Where batches that are done there are kept until their results are taken over. */
  readonly batchFolder: string
  readonly refusedFields: RefusedFields
  readonly timers: Timers
}

/** A look waits so long for jobs, and shows them the next time where they come later. */
const jobsPatienceMs = 3_000

/** A source has another id each time that it is registered. */
const keyOfTask = (endpoint: string, asked: ComputeFunctionConfig, payload: string): string => createHash('sha256').update(JSON.stringify([endpoint, asked, payload])).digest('base64url')

const keyOf = (framework: string, model: string): string => `${framework} ${model}`

/** A cluster that only Globus Compute reaches: each request is a task there, taken on a server of our own on this machine and answered whole. */
export function createGlobusComputeAdapter(config: GlobusComputeClusterConfig, { agent, computeUrl, tokens, pace, ledger, batchFolder, refusedFields, timers }: GlobusComputeDeps): ClusterAdapter {
  const { name, endpoint, timeoutS } = config
  const closing = new AbortController()
  const listeners = new Set<() => void>()
  const client = createComputeClient({ agent, computeUrl, cluster: name, tokens, pace })
  const functions = createFunctions(client, closing.signal)
  const tasks = createTasks({ client, cluster: name, userEndpointConfig: config.userEndpointConfig, pollMs: config.pollS * 1000, ledger, timers })
  const askStatus = async (signal: AbortSignal): Promise<StatusAnswer> => {
    const status = await client.status(endpoint, signal)
    tokens.accepted?.()
    return status
  }
  const state = createEndpointState(name, askStatus, timers)
  const jobList = createJobList(config, { functions, tasks, timers, onLate: () => listeners.forEach((listener) => listener()) })
  const batches = createComputeBatches({ config, folder: batchFolder, functions, tasks, state, timers })
  const models = new Map(config.models.map((model) => [keyOf(model.framework, model.model), model]))
  let takenAtMs = 0
  let loopback: Promise<Loopback> | undefined

  const run = async (model: ComputeModelConfig, { operation, fields }: AskedWhole, signal: AbortSignal): Promise<WholeAnswer> => {
    const asked = functionOf(model)
    const id = await functions.idOf(asked)
    const payload = packArguments([argumentOf(model, operation, fields, timeoutS)])
    try {
      const result = await tasks.run({ endpoint, function: id, payload, key: keyOfTask(endpoint, asked, payload) }, signal)
      state.ran()
      return answerOf(readResult(result))
    } catch (cause) {
      if (cause instanceof FirstError && cause.code === 'not_found') functions.forget(id)
      throw cause
    }
  }

  const answer = async (asked: AskedWhole, caller: AbortSignal): Promise<WholeAnswer> => {
    const model = models.get(keyOf(asked.framework, asked.fields.model))
    if (model === undefined) throw notServed(asked.fields.model, asked.framework)
    if (!operationsOf(model).includes(asked.operation)) throw new FirstError('unsupported_endpoint', `The cluster "${name}" has no ${asked.operation} for the model "${model.model}".`)
    const limit = new AbortController()
    const cancel = timers.after(timeoutS * 1000, () => limit.abort(new FirstError('request_timeout', `The cluster "${name}" gave no answer within ${timeoutS} s.`)))
    try {
      return await run(model, asked, AbortSignal.any([caller, limit.signal]))
    } finally {
      cancel()
    }
  }

  const notServed = (model: string, framework: string): FirstError => new FirstError('model_not_found', `The cluster "${name}" does not serve the model "${model}" with ${framework}.`, { param: 'model' })

  const profileOf = (place: RefusingPlace, operations: readonly Operation[]): WireProfile => ({
    operations,
    refused(operation, fields) {
      const learnt = refusedFields.of(place, operation)
      return fields.filter((field) => learnt.has(field))
    },
    learn: (operation, fields) => refusedFields.add(place, operation, fields),
    readError: readInnerError,
  })

  const modelInfos = (): ModelInfo[] => {
    const all = state.models()
    return config.models.map((model) => ({ id: model.model, cluster: name, framework: model.framework, ...all, operations: [...operationsOf(model)], capabilities: { hasStreaming: false } }))
  }

  const snapshot = (jobs: JobsAnswer | undefined, problem?: Problem): ClusterSnapshot => {
    const free = jobs === undefined ? undefined : freeNodes(jobs)
    return {
      name,
      kind: 'globus-compute',
      url: computeUrl,
      isReachable: problem === undefined,
      ...problem,
      models: modelInfos(),
      ...(jobs !== undefined && { jobs: jobsOf(jobs) }),
      ...(free !== undefined && { nodes: { free } }),
      takenAtMs,
    }
  }

  return {
    kind: 'globus-compute',
    name,
    async describe(signal) {
      try {
        const [, jobs] = await Promise.all([state.ask(signal), jobList?.wait(jobsPatienceMs)])
        takenAtMs = timers.now()
        return snapshot(jobs)
      } catch (cause) {
        if (cause instanceof FirstError) return snapshot(undefined, problemOf(cause))
        if (signal.aborted) return snapshot(undefined, { problem: 'Globus Compute did not answer in time.' })
        throw cause
      }
    },
    async acquire({ framework, model }, signal) {
      signal.throwIfAborted()
      closing.signal.throwIfAborted()
      const found = models.get(keyOf(framework, model))
      if (found === undefined) throw notServed(model, framework)
      await state.enter(signal)
      tasks.wake()
      const { origin, key } = await (loopback ??= startLoopback(answer))
      signal.throwIfAborted()
      return { baseUrl: `${origin}/${framework}/v1`, headers: { authorization: `Bearer ${key}` }, model, profile: profileOf({ cluster: name, model }, operationsOf(found)), release: () => undefined }
    },
    batchService({ framework, model }, batchEndpoint, key) {
      tasks.wake()
      return batches.serviceFor(framework, model, batchEndpoint, key)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closing.abort(new FirstError('shutting_down', `The cluster "${name}" was closed.`))
      jobList?.close()
      await Promise.all([batches.close(), tasks.close()])
      await ledger.flush()
      const opened = await loopback?.catch(() => undefined)
      await opened?.close()
    },
  }
}
