import type { Operation } from '@shared/domain/model'
import type { WishKind } from '../first/deployments'
import type { GatewayRoute } from '../routes'
import type { AnswerName } from './answers'

export interface Described {
  readonly summary: string
  readonly tag: 'Models' | 'Answers' | 'Batches' | 'FIRST' | 'Administration' | 'Gateway'
  /** A text, or bytes, where it is no JSON. */
  readonly answer: AnswerName | 'text' | 'bytes'
  readonly body?: DescribedBody
  /** Needs no key. */
  readonly isOpen?: true
  readonly query?: Readonly<Record<string, string>>
}

interface DescribedRequest {
  /** The name of its schema in the document. */
  readonly request: string
  readonly example: Readonly<Record<string, unknown>>
}

/** Of a route that is not for a model. */
export interface DescribedBody extends DescribedRequest {
  /** As `multipart/form-data`. */
  readonly isForm?: true
}

interface DescribedOperation extends Described, DescribedRequest {
  readonly isStreamable?: true
}

const messages = [{ role: 'user', content: 'Which gas do plants take in?' }]

/** What a request to a model asks. Its example works where a model is called so. */
export const operations: Readonly<Record<Operation, DescribedOperation>> = {
  chat_completions: { summary: 'Answer a conversation (Chat Completions)', tag: 'Answers', request: 'ChatCompletionRequest', example: { model: 'auto', messages }, answer: 'ChatCompletion', isStreamable: true },
  responses: { summary: 'Answer items (Responses)', tag: 'Answers', request: 'ResponseRequest', example: { model: 'auto', input: 'Which gas do plants take in?' }, answer: 'Response', isStreamable: true },
  messages: { summary: 'Answer a conversation (Messages)', tag: 'Answers', request: 'MessageRequest', example: { model: 'auto', max_tokens: 256, messages }, answer: 'Message', isStreamable: true },
  completions: { summary: 'Continue a text', tag: 'Answers', request: 'CompletionRequest', example: { model: 'auto', prompt: 'Plants take in', max_tokens: 16 }, answer: 'Completion', isStreamable: true },
  embeddings: { summary: 'Embed texts', tag: 'Answers', request: 'EmbeddingRequest', example: { model: 'auto', input: ['carbon dioxide', 'oxygen'] }, answer: 'Embeddings' },
  count_tokens: { summary: 'Count the tokens of a conversation', tag: 'Answers', request: 'TokenCountRequest', example: { model: 'auto', messages }, answer: 'TokenCount' },
}

/** What every other route does, by the name of what serves it. */
export const plainRoutes: Readonly<Record<Exclude<GatewayRoute['serve'], 'infer' | 'order'>, Described>> = {
  listModels: { summary: 'List the models that the caller may use', tag: 'Models', answer: 'ModelList' },
  showModel: { summary: 'Show one model', tag: 'Models', answer: 'Model' },
  showResponse: { summary: 'Show an answer that was kept', tag: 'Answers', answer: 'Response' },
  deleteResponse: { summary: 'Delete an answer that was kept', tag: 'Answers', answer: 'DeletedResponse' },
  createFile: { summary: 'Send a file of requests', tag: 'Batches', answer: 'File', body: { request: 'NewFile', example: { purpose: 'batch', file: 'requests.jsonl' }, isForm: true } },
  listFiles: { summary: 'List files, newest first', tag: 'Batches', answer: 'FileList', query: { purpose: 'Only those: batch or batch_output', limit: '1 to 10000', order: 'asc or desc', after: 'The id of the last file of the page before' } },
  showFile: { summary: 'Show one file', tag: 'Batches', answer: 'File' },
  deleteFile: { summary: 'Delete a file that no batch reads', tag: 'Batches', answer: 'DeletedFile' },
  fileContent: { summary: 'Fetch what is in a file', tag: 'Batches', answer: 'bytes' },
  createBatch: { summary: 'Do all requests of a file', tag: 'Batches', answer: 'Batch', body: { request: 'NewBatch', example: { input_file_id: 'file-abc', endpoint: '/v1/chat/completions', completion_window: '24h' } } },
  listBatches: { summary: 'List batches, newest first', tag: 'Batches', answer: 'BatchList', query: { limit: '1 to 100', after: 'The id of the last batch of the page before' } },
  showBatch: { summary: 'Show how a batch stands', tag: 'Batches', answer: 'Batch' },
  batchResults: { summary: 'Fetch answers and errors together, in the order of the requests', tag: 'Batches', answer: 'bytes', query: { format: 'jsonl or csv' } },
  cancelBatch: { summary: 'Cancel a batch; its results so far are kept', tag: 'Batches', answer: 'Batch' },
  pauseBatch: { summary: 'Hold a batch until it is resumed', tag: 'Batches', answer: 'Batch' },
  resumeBatch: { summary: 'Go on with a batch that was held', tag: 'Batches', answer: 'Batch' },
  createFirstBatch: { summary: 'Do all requests of a file of the gateway’s machine on one cluster (admins)', tag: 'FIRST', answer: 'SubmittedFirstBatch', body: { request: 'NewFirstBatch', example: { input_file: '/data/batches/requests.jsonl', model: 'meta-llama/Llama-3.1-8B-Instruct', output_folder_path: '/data/batches/results' } } },
  listFirstBatches: { summary: 'List batches as FIRST does', tag: 'FIRST', answer: 'FirstBatchList', query: { status: 'Only those: pending, running, failed or completed' } },
  firstBatchStatus: { summary: 'Tell the status of a batch, as a string', tag: 'FIRST', answer: 'FirstBatchStatus' },
  firstBatchResult: { summary: 'Tell where the results of a batch are, and how it went, as JSON in a string', tag: 'FIRST', answer: 'FirstBatchResult' },
  health: { summary: 'Tell that the gateway runs', tag: 'Gateway', answer: 'Health', isOpen: true },
  metrics: { summary: 'Measure, in the text format of Prometheus', tag: 'Gateway', answer: 'text' },
  status: { summary: 'Tell which clusters are out of maintenance', tag: 'FIRST', answer: 'Status', isOpen: true },
  whoami: { summary: 'Tell who the caller is', tag: 'FIRST', answer: 'WhoAmI' },
  listEndpoints: { summary: 'List clusters, their frameworks and models', tag: 'FIRST', answer: 'Endpoints' },
  listJobs: { summary: 'List the jobs of a cluster', tag: 'FIRST', answer: 'Jobs' },
  describeModels: { summary: 'Describe the models of a cluster and what they can do', tag: 'FIRST', answer: 'ModelDetails', query: { model_id: 'Only this model' } },
  listReplicas: { summary: 'List the replicas that are started from here (admins)', tag: 'Administration', answer: 'ReplicaList' },
  replicaLog: { summary: 'Show the last lines that a replica printed (admins)', tag: 'Administration', answer: 'ReplicaLog' },
  endReplica: { summary: 'End a replica, by its own id or its job’s (admins)', tag: 'Administration', answer: 'Replica' },
}

const order = { tag: 'Administration', answer: 'DeploymentOrdered', request: 'DeploymentOrder', example: { model: 'meta-llama/Llama-3.1-8B-Instruct' } } as const

/** What an admin may ask of a deployment; the newest word holds. */
export const orders: Readonly<Record<WishKind, Described & DescribedRequest>> = {
  start: { ...order, summary: 'Start a deployment as a request would; earlier failures are forgiven (admins)' },
  stop: { ...order, summary: 'Stop the replicas of a deployment at once (admins)' },
  drain: { ...order, summary: 'Stop the replicas of a deployment once they have finished their requests (admins)' },
  scale: { ...order, summary: 'Keep so many replicas of a deployment (admins)', request: 'ScaleOrder', example: { ...order.example, replicas: 2 } },
  auto: { ...order, summary: 'Leave a deployment to its load and its configuration again (admins)' },
}

export const parameters: Readonly<Record<string, string>> = {
  cluster: 'The name of a cluster',
  framework: 'What serves the model there: vllm, infinity, api, llama or guide',
  model: 'The id of a model, slashes and all',
  response: 'The id of an answer',
  replica: 'The id of a replica, or of its job',
  file: 'The id of a file',
  batch: 'The id of a batch',
}
