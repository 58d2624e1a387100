import { operation, operationPaths, type Operation } from '@shared/domain/model'
import { wishKinds, type WishKind } from './first/deployments'
import type { Gateway } from './gateway'

/** A request to a model, and what it asks. */
interface InferenceRoute {
  readonly method: 'POST'
  readonly path: string
  readonly serve: 'infer'
  readonly operation: Operation
}

/** What an admin asks of a deployment, whose model the body names. */
interface OrderRoute {
  readonly method: 'POST'
  readonly path: string
  readonly serve: 'order'
  readonly wish: WishKind
}

interface PlainRoute {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly serve: Exclude<keyof Gateway, 'infer' | 'order' | 'perform' | 'refuse'>
}

/** Answered to everybody, and not recorded. */
interface OpenRoute {
  readonly method: 'GET'
  readonly path: string
  readonly serve: 'health' | 'status'
}

export type GatewayRoute = InferenceRoute | OrderRoute | PlainRoute | OpenRoute

const first = '/resource_server'
/** Federated twice, and of one cluster and framework. */
const bases = ['/v1', `${first}/v1`, `${first}/:cluster/:framework/v1`]

const file = '/files/:file'
const batch = '/batches/:batch'
/** The Files and Batch API (wire/openai-batch.md), as far as both doors have it in the same shapes. */
const workRoutes: readonly PlainRoute[] = ['/v1', `${first}/v1`].flatMap((base): PlainRoute[] => [
  { method: 'POST', path: `${base}/files`, serve: 'createFile' },
  { method: 'GET', path: `${base}/files`, serve: 'listFiles' },
  { method: 'GET', path: `${base}${file}`, serve: 'showFile' },
  { method: 'DELETE', path: `${base}${file}`, serve: 'deleteFile' },
  { method: 'GET', path: `${base}${file}/content`, serve: 'fileContent' },
  { method: 'POST', path: `${base}/batches`, serve: 'createBatch' },
  { method: 'POST', path: `${base}${batch}/cancel`, serve: 'cancelBatch' },
  { method: 'POST', path: `${base}${batch}/pause`, serve: 'pauseBatch' },
  { method: 'POST', path: `${base}${batch}/resume`, serve: 'resumeBatch' },
])

/** Every route of the gateway. A path under `/resource_server` answers in FIRST's shapes, any other in OpenAI's, and messages everywhere in Anthropic's. */
export const routes: readonly GatewayRoute[] = [
  { method: 'GET', path: '/health', serve: 'health' },
  { method: 'GET', path: `${first}/health`, serve: 'health' },
  { method: 'GET', path: `${first}/status`, serve: 'status' },
  { method: 'GET', path: '/metrics', serve: 'metrics' },
  { method: 'GET', path: `${first}/whoami`, serve: 'whoami' },
  { method: 'GET', path: `${first}/list-endpoints`, serve: 'listEndpoints' },
  { method: 'GET', path: `${first}/:cluster/jobs`, serve: 'listJobs' },
  { method: 'GET', path: `${first}/:cluster/models`, serve: 'describeModels' },
  { method: 'DELETE', path: `${first}/:cluster/jobs/:replica`, serve: 'endReplica' },
  { method: 'GET', path: `${first}/:cluster/replicas`, serve: 'listReplicas' },
  { method: 'GET', path: `${first}/:cluster/replicas/:replica/log`, serve: 'replicaLog' },
  ...wishKinds.map((wish) => ({ method: 'POST', path: `${first}/:cluster/deployments/${wish}`, serve: 'order', wish }) as const),
  ...workRoutes,
  { method: 'GET', path: '/v1/batches', serve: 'listBatches' },
  { method: 'GET', path: `/v1${batch}`, serve: 'showBatch' },
  { method: 'POST', path: `${first}/:cluster/:framework/v1/batches`, serve: 'createFirstBatch' },
  { method: 'GET', path: `${first}/v1/batches`, serve: 'listFirstBatches' },
  { method: 'GET', path: `${first}/v1${batch}`, serve: 'firstBatchStatus' },
  { method: 'GET', path: `${first}/v1${batch}/result`, serve: 'firstBatchResult' },
  { method: 'GET', path: `/v1${batch}/results`, serve: 'batchResults' },
  ...bases.flatMap((base): GatewayRoute[] => [
    { method: 'GET', path: `${base}/models`, serve: 'listModels' },
    { method: 'GET', path: `${base}/models/*`, serve: 'showModel' },
    ...operation.options.map((asked) => ({ method: 'POST', path: `${base}${operationPaths[asked]}`, serve: 'infer', operation: asked }) as const),
    { method: 'GET', path: `${base}/responses/:response`, serve: 'showResponse' },
    { method: 'DELETE', path: `${base}/responses/:response`, serve: 'deleteResponse' },
  ]),
]
