import { toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { Directory } from '../federation/directory'
import type { KeyVerifier } from '../identity/key-verifier'
import type { Recorder } from '../records/recorder'
import { authenticate } from './authenticate'
import { authorize, type Grant } from './authorize'
import type { Call } from './call'
import { readChatRequest } from './chat-request'
import type { Dispatch } from './dispatch'
import { answerError, sendJson } from './error-answer'
import { modelList, oneModel } from './model-list'
import { openRecord, type RequestRecord } from './record'
import { route } from './route'

export interface GatewayDeps {
  readonly bodyLimitBytes: () => number
  readonly keys: KeyVerifier
  readonly directory: Directory
  readonly dispatch: Dispatch
  readonly recorder: Recorder
  readonly logger: Logger
  /** Milliseconds; never runs backwards. */
  readonly clock: () => number
}

/** Serves one call; what it throws is answered in the shape of the call's door. */
type Serve = (call: Call, grant: Grant, record: RequestRecord) => Promise<void> | void

export interface Gateway {
  chat(call: Call): Promise<void>
  listModels(call: Call): Promise<void>
  showModel(call: Call): Promise<void>
  /** Answers with an error a call that no route takes. */
  refuse(call: Call, cause: unknown): Promise<void>
}

/** The one data path: authenticate, authorize, route, dispatch, record. A stage returns a value or throws; every outcome is recorded. */
export function createGateway(deps: GatewayDeps): Gateway {
  const recorded = (serve: (call: Call, record: RequestRecord) => Promise<void> | void) => async (call: Call): Promise<void> => {
    const record = openRecord(call, deps.clock)
    try {
      await serve(call, record)
    } catch (cause) {
      const error = toFirstError(cause)
      if (error.code === 'internal_error') deps.logger.error({ requestId: call.id, route: call.route, cause: error.cause }, 'a request failed inside the gateway')
      record.fail(error, answerError(call.response, error, call.door))
    }
    deps.recorder.add(record.close())
  }

  const forCaller = (serve: Serve): ((call: Call) => Promise<void>) =>
    recorded((call, record) => {
      const identity = record.identity(authenticate(deps.keys, call.request.headers))
      return serve(call, authorize(identity), record)
    })

  return {
    chat: forCaller(async (call, grant, record) => {
      const asked = record.request(await readChatRequest(call, deps.bodyLimitBytes()))
      const candidates = route(deps.directory, grant, call, asked.model)
      await deps.dispatch(candidates, asked, call, record)
    }),
    listModels: forCaller((call, grant) => sendJson(call.response, 200, modelList(deps.directory, grant, call))),
    showModel: forCaller((call, grant) => sendJson(call.response, 200, oneModel(deps.directory, grant, call))),
    refuse: (call, cause) =>
      recorded(() => {
        throw toFirstError(cause)
      })(call),
  }
}
