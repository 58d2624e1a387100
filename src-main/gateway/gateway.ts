import type { Config } from '@shared/config/schema'
import type { Operation } from '@shared/domain/model'
import { FirstError, toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import { affinityOf } from '../federation/affinity'
import type { Directory } from '../federation/directory'
import type { KeyVerifier } from '../identity/key-verifier'
import type { Recorder } from '../records/recorder'
import { authenticate } from './authenticate'
import { createAuthorize, type Grant } from './authorize'
import { bodyLimitsOf } from './body-limits'
import type { Call } from './call'
import { countTokens } from './count-tokens'
import type { Dispatch } from './dispatch'
import { answerError, sendJson } from './error-answer'
import { listEndpoints } from './first/list-endpoints'
import { clusterJobs } from './first/jobs'
import { clusterModels } from './first/models'
import { whoami } from './first/whoami'
import { readInferenceRequest } from './inference-request'
import type { Limits } from './limits/limits'
import { modelList, oneModel } from './model-list'
import { openRecord, type RequestRecord } from './record'
import { continueResponse } from './responses/continue-response'
import { deleteResponse, keptResponse } from './responses/kept-responses'
import type { ResponseStore } from './responses/response-store'
import { route, routeWhenKnown } from './route'

export interface GatewayDeps {
  readonly config: () => Config
  readonly keys: KeyVerifier
  readonly directory: Directory
  readonly dispatch: Dispatch
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

export interface Gateway {
  infer(operation: Operation): Handler
  readonly listModels: Handler
  readonly showModel: Handler
  readonly showResponse: Handler
  readonly deleteResponse: Handler
  readonly whoami: Handler
  readonly listEndpoints: Handler
  readonly listJobs: Handler
  readonly describeModels: Handler
  readonly metrics: Handler
  /** Answers with an error a call that no route takes. */
  refuse(call: Call, cause: unknown): Promise<void>
}

/** The one data path: authenticate, authorize, route, dispatch, record. A stage returns a value or throws; every outcome is recorded. */
export function createGateway(deps: GatewayDeps): Gateway {
  const { config, directory, responses } = deps
  const authorize = createAuthorize({ config })

  const recorded = (serve: (call: Call, record: RequestRecord) => Promise<void> | void): Handler => async (call) => {
    const record = openRecord(call, deps.clock)
    deps.recorder.began(record.outcome)
    try {
      await serve(call, record)
    } catch (cause) {
      const error = toFirstError(cause)
      if (error.code === 'internal_error') deps.logger.error({ requestId: call.id, route: call.route, cause: error.cause }, 'a request failed inside the gateway')
      record.fail(error, answerError(call, error))
    }
    deps.recorder.add(record.close())
  }

  const forCaller = (serve: Serve): Handler =>
    recorded((call, record) => {
      const identity = record.identity(authenticate(deps.keys, call.request.headers))
      if (identity.kind !== 'owner' && !config().gateway.isServing) throw new FirstError('gateway_off', 'This gateway serves its owner only at the moment.')
      return serve(call, authorize(identity), record)
    })
  const json = (answer: (call: Call, grant: Grant) => object): Handler => forCaller((call, grant) => sendJson(call.response, 200, answer(call, grant)))

  return {
    infer: (operation) =>
      forCaller(async (call, grant, record) => {
        const { gateway } = config()
        const read = await readInferenceRequest(call, operation, { limits: bodyLimitsOf(gateway), refusesUnknown: gateway.refuseUnknownFields && call.door === 'first' })
        const asked = record.request(operation === 'responses' ? continueResponse(read, responses, grant.identity.id) : read)
        const candidates = await routeWhenKnown(directory, grant, call, asked)
        if (operation === 'count_tokens' && countTokens(call, asked, candidates)) return
        // By what the model is, not by an alias of it: a limit has no second name.
        const admission = deps.limits.admit(grant.identity, candidates[0]?.model ?? asked.model)
        try {
          await deps.dispatch({
            candidates,
            findAgain: () => route(directory, grant, call, asked),
            asked,
            affinity: candidates.length > 1 ? affinityOf(asked.fields) : undefined,
            call,
            record,
            headers: admission.headers,
          })
        } finally {
          admission.end(record.settleUsage())
        }
      }),
    listModels: json((call, grant) => modelList(directory, grant, call)),
    showModel: json((call, grant) => oneModel(directory, grant, call)),
    showResponse: json((call, grant) => keptResponse(responses, grant, call)),
    deleteResponse: json((call, grant) => deleteResponse(responses, grant, call)),
    whoami: json((_call, grant) => whoami(grant)),
    listEndpoints: json((_call, grant) => listEndpoints(directory, grant)),
    listJobs: json((call, grant) => clusterJobs(directory, grant, call)),
    describeModels: json((call, grant) => clusterModels(directory, grant, call)),
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
