import type { Config } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'
import type { Operation } from '@shared/domain/model'
import { FirstError, toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import { affinityOf } from '../federation/affinity'
import type { Directory } from '../federation/directory'
import type { KeyVerifier } from '../identity/key-verifier'
import type { TokenVerifier } from '../identity/token-verifier'
import type { Recorder, RequestOutcome } from '../records/recorder'
import { authenticate } from './authenticate'
import { batchResults } from './batches/batch-results'
import { createBatch } from './batches/create-batch'
import { createFirstBatch } from './batches/create-first-batch'
import { firstBatchResult, firstBatchStatus, listFirstBatches } from './batches/first-batches'
import { cancelBatch, listBatches, pauseBatch, resumeBatch, showBatch } from './batches/kept-batches'
import { createAuthorize, type Grant } from './authorize'
import { bodyLimitsOf } from './body-limits'
import type { Call, Caller } from './call'
import { clientTimeoutMs } from './client-timeout'
import { countTokens } from './count-tokens'
import type { Dispatch } from './dispatch'
import { answerError, errorBody, sendJson, statusOf } from './error-answer'
import { createFile } from './files/create-file'
import { fileContent } from './files/file-content'
import { deleteFile, listFiles, showFile } from './files/kept-files'
import { listEndpoints } from './first/list-endpoints'
import { orderDeployment, type WishKind } from './first/deployments'
import { clusterJobs } from './first/jobs'
import { clusterModels } from './first/models'
import { endReplica, listReplicas, replicaLog, requireAdmin, type ReplicaControl } from './first/replicas'
import { whoami } from './first/whoami'
import { checkedRequest, readInferenceRequest, type InferenceRequest } from './inference-request'
import { InnerOutlet } from './inner-outlet'
import type { Limits } from './limits/limits'
import { modelList, oneModel } from './model-list'
import { openRecord, type RequestRecord } from './record'
import type { Refusals } from './refusals'
import { continueResponse } from './responses/continue-response'
import { deleteResponse, keptResponse } from './responses/kept-responses'
import type { ResponseStore } from './responses/response-store'
import { route, routeWhenKnown } from './route'
import { RefusedByUpstream } from './upstream-errors'
import type { Work } from './work'

export interface GatewayDeps {
  readonly config: () => Config
  readonly keys: KeyVerifier
  /** Absent: only keys open the gateway. */
  readonly tokens?: TokenVerifier
  readonly refusals: Pick<Refusals, 'note'>
  readonly directory: Directory
  /** Replicas that are started from here. */
  readonly replicas: ReplicaControl
  readonly dispatch: Dispatch
  /** Files and batches; asked for by a request, and not before. */
  readonly work: () => Work
  readonly limits: Limits
  readonly responses: ResponseStore
  readonly metrics: { text(): Promise<string> }
  readonly recorder: Recorder
  readonly logger: Logger
  /** Unix milliseconds; never runs backwards. */
  readonly clock: () => number
}

/** Serves one call; what it throws is answered in the shape of the call's door. */
type Serve = (call: Call, grant: Grant, record: RequestRecord) => Promise<void> | void
type Handler = (call: Call) => Promise<void>

/** A request that the app makes for somebody, such as one of a batch. */
export interface InnerRequest extends Pick<Caller, 'id' | 'route' | 'params' | 'batch' | 'cancellation'> {
  readonly identity: Identity
  readonly operation: Operation
  /** The body. It is answered whole, whatever it asks. */
  readonly fields: Readonly<Record<string, unknown>>
}

export interface InnerAnswer {
  /** 200, or what a place said is wrong with the request. */
  readonly status: number
  /** The body, as JSON. */
  readonly bytes: Buffer
  readonly outcome: RequestOutcome
}

export interface Gateway {
  /** The stages after authenticate. @throws FirstError that says why there is no answer; it is recorded as any other */
  perform(request: InnerRequest): Promise<InnerAnswer>
  infer(operation: Operation): Handler
  readonly listModels: Handler
  readonly showModel: Handler
  readonly showResponse: Handler
  readonly deleteResponse: Handler
  readonly createFile: Handler
  readonly listFiles: Handler
  readonly showFile: Handler
  readonly deleteFile: Handler
  readonly fileContent: Handler
  readonly createBatch: Handler
  readonly listBatches: Handler
  readonly showBatch: Handler
  readonly batchResults: Handler
  readonly cancelBatch: Handler
  readonly pauseBatch: Handler
  readonly resumeBatch: Handler
  readonly createFirstBatch: Handler
  readonly listFirstBatches: Handler
  readonly firstBatchStatus: Handler
  readonly firstBatchResult: Handler
  readonly whoami: Handler
  readonly listEndpoints: Handler
  readonly listJobs: Handler
  readonly describeModels: Handler
  readonly listReplicas: Handler
  readonly replicaLog: Handler
  readonly endReplica: Handler
  /** What an admin wants of a deployment. */
  order(wish: WishKind): Handler
  readonly metrics: Handler
  /** Answers with an error a call that no route takes. */
  refuse(call: Call, cause: unknown): Promise<void>
}

/** The one data path: authenticate, authorize, route, dispatch, record. A stage returns a value or throws; every outcome is recorded. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { config, directory, responses, work, clock } = deps
  const authorize = createAuthorize({ config })

  /** From the checked request to its answer. */
  const serveRequest = async (caller: Caller, grant: Grant, record: RequestRecord, read: InferenceRequest, patienceMs: number | undefined): Promise<void> => {
    const asked = record.request(read.operation === 'responses' ? continueResponse(read, responses, grant.identity.id) : read)
    const candidates = await routeWhenKnown(directory, grant, caller, asked)
    if (asked.operation === 'count_tokens' && countTokens(caller, asked, candidates)) return
    // By what the model is, not by an alias of it: a limit has no second name.
    const admission = deps.limits.admit(grant.identity, candidates[0]?.model ?? asked.model)
    try {
      await deps.dispatch({
        candidates,
        findAgain: () => route(directory, grant, caller, asked),
        asked,
        affinity: candidates.length > 1 ? affinityOf(asked.fields) : undefined,
        call: caller,
        patienceMs,
        record,
        headers: admission.headers,
      })
    } finally {
      admission.end(record.settleUsage())
    }
  }

  const recorded = (serve: (call: Call, record: RequestRecord) => Promise<void> | void): Handler => async (call) => {
    const record = openRecord(call, deps.clock, call.request.socket.remoteAddress)
    deps.recorder.began(record.outcome)
    try {
      await serve(call, record)
    } catch (cause) {
      const error = toFirstError(cause)
      if (error.code === 'internal_error') deps.logger.error({ requestId: call.id, route: call.route, cause: error.cause }, 'a request failed inside the gateway')
      record.fail(error, answerError(call, error))
      deps.refusals.note(error, record.caller, record.outcome.origin)
    }
    deps.recorder.add(record.close())
  }

  const forCaller = (serve: Serve): Handler =>
    recorded((call, record) => {
      const serveFor = (identity: Identity): Promise<void> | void => {
        record.identity(identity)
        if (identity.kind !== 'owner' && !config().gateway.isServing) throw new FirstError('gateway_off', 'This gateway serves its owner only at the moment.')
        return serve(call, authorize(identity), record)
      }
      const found = authenticate(deps, call.request.headers)
      return found instanceof Promise ? found.then(serveFor) : serveFor(found)
    })
  const json = (answer: (call: Call, grant: Grant) => object | string): Handler => forCaller((call, grant) => sendJson(call.response, 200, answer(call, grant)))
  const jsonLater = (answer: (call: Call, grant: Grant) => Promise<object>): Handler => forCaller(async (call, grant) => sendJson(call.response, 200, await answer(call, grant)))
  const forAdmin = (answer: (asked: { readonly directory: Directory; readonly control: ReplicaControl; readonly grant: Grant; readonly call: Call }) => object | Promise<object>): Handler =>
    forCaller(async (call, grant) => {
      requireAdmin(grant)
      sendJson(call.response, 200, await answer({ directory, control: deps.replicas, grant, call }))
    })

  return {
    async perform({ identity, operation, fields, ...caller }) {
      const outlet = new InnerOutlet()
      const call: Caller = { ...caller, door: 'openai', shape: 'openai', outlet }
      const record = openRecord(call, deps.clock)
      deps.recorder.began(record.outcome)
      try {
        record.identity(identity)
        await serveRequest(call, authorize(identity), record, answeredWhole(checkedRequest(operation, fields)), undefined)
        if (outlet.answer === undefined) throw new FirstError('internal_error', 'The request ended without an answer.')
        return { status: 200, bytes: outlet.answer, outcome: record.outcome }
      } catch (cause) {
        const error = toFirstError(cause)
        if (error.code === 'internal_error') deps.logger.error({ requestId: call.id, route: call.route, cause: error.cause }, 'a request failed inside the gateway')
        record.fail(error, statusOf(error))
        if (!(error instanceof RefusedByUpstream)) throw error
        return { status: error.status, bytes: Buffer.from(JSON.stringify(errorBody(error, 'openai'))), outcome: record.outcome }
      } finally {
        deps.recorder.add(record.close())
      }
    },
    infer: (operation) =>
      forCaller(async (call, grant, record) => {
        const { gateway } = config()
        const read = await readInferenceRequest(call, operation, { limits: bodyLimitsOf(gateway), refusesUnknown: gateway.refuseUnknownFields && call.door === 'first' })
        await serveRequest(call, grant, record, read, clientTimeoutMs(call.request.headers))
      }),
    listModels: json((call, grant) => modelList(directory, grant, call)),
    showModel: json((call, grant) => oneModel(directory, grant, call)),
    showResponse: json((call, grant) => keptResponse(responses, grant, call)),
    deleteResponse: json((call, grant) => deleteResponse(responses, grant, call)),
    createFile: jsonLater((call, grant) => createFile({ files: work().files, maxFileBytes: config().batches.maxFileMb * 1_000_000, clock }, grant, call)),
    listFiles: json((call, grant) => listFiles(work(), grant, call)),
    showFile: json((call, grant) => showFile(work(), grant, call)),
    deleteFile: jsonLater((call, grant) => deleteFile(work(), grant, call)),
    fileContent: forCaller((call, grant) => fileContent(work(), grant, call)),
    createBatch: jsonLater((call, grant) => createBatch(work(), bodyLimitsOf(config().gateway), grant, call)),
    listBatches: json((call, grant) => listBatches(work(), grant, call)),
    showBatch: json((call, grant) => showBatch(work(), grant, call)),
    batchResults: forCaller((call, grant) => batchResults(work(), grant, call)),
    cancelBatch: json((call, grant) => cancelBatch(work(), grant, call)),
    pauseBatch: json((call, grant) => pauseBatch(work(), grant, call)),
    resumeBatch: json((call, grant) => resumeBatch(work(), grant, call)),
    createFirstBatch: jsonLater((call, grant) => createFirstBatch({ ...work(), directory, limits: bodyLimitsOf(config().gateway), inputFolders: config().batches.inputFolders }, grant, call)),
    listFirstBatches: json((call, grant) => listFirstBatches(work(), grant, call)),
    firstBatchStatus: json((call, grant) => firstBatchStatus(work(), grant, call)),
    firstBatchResult: json((call, grant) => firstBatchResult(work(), grant, call)),
    whoami: json((_call, grant) => whoami(grant)),
    listEndpoints: json((_call, grant) => listEndpoints(directory, grant)),
    listJobs: json((call, grant) => clusterJobs(directory, grant, call)),
    describeModels: json((call, grant) => clusterModels(directory, grant, call)),
    listReplicas: forAdmin(listReplicas),
    replicaLog: forAdmin(replicaLog),
    endReplica: forAdmin(endReplica),
    order: (wish) => forAdmin((asked) => orderDeployment({ ...asked, limits: bodyLimitsOf(config().gateway) }, wish)),
    metrics: forCaller(async ({ response }, grant) => {
      if (!grant.isAdmin) throw new FirstError('access_denied', 'The metrics of this gateway are for its owner and for keys of administrators.')
      const text = await deps.metrics.text()
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text)
    }),
    refuse: (call, cause) =>
      recorded(() => {
        throw toFirstError(cause)
      })(call),
  }
}

/** Without what asks for a stream. */
function answeredWhole(asked: InferenceRequest): InferenceRequest {
  if (!asked.isStreamed) return asked
  const fields = Object.fromEntries(Object.entries(asked.fields).filter(([name]) => name !== 'stream' && name !== 'stream_options'))
  return { ...asked, fields, isStreamed: false, wantsUsage: false }
}
