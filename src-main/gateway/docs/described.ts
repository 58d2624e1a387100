import type { Operation } from '@shared/domain/model'
import type { GatewayRoute } from '../routes'
import type { AnswerName } from './answers'

export interface Described {
  readonly summary: string
  readonly tag: 'Models' | 'Answers' | 'FIRST' | 'Gateway'
  /** A text where it is no JSON. */
  readonly answer: AnswerName | 'text'
  /** Needs no key. */
  readonly isOpen?: true
  readonly query?: Readonly<Record<string, string>>
}

interface DescribedOperation extends Described {
  /** The name of its schema in the document. */
  readonly request: string
  readonly example: Readonly<Record<string, unknown>>
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
export const plainRoutes: Readonly<Record<Exclude<GatewayRoute['serve'], 'infer'>, Described>> = {
  listModels: { summary: 'List the models that the caller may use', tag: 'Models', answer: 'ModelList' },
  showModel: { summary: 'Show one model', tag: 'Models', answer: 'Model' },
  showResponse: { summary: 'Show an answer that was kept', tag: 'Answers', answer: 'Response' },
  deleteResponse: { summary: 'Delete an answer that was kept', tag: 'Answers', answer: 'DeletedResponse' },
  health: { summary: 'Tell that the gateway runs', tag: 'Gateway', answer: 'Health', isOpen: true },
  metrics: { summary: 'Measure, in the text format of Prometheus', tag: 'Gateway', answer: 'text' },
  status: { summary: 'Tell which clusters are out of maintenance', tag: 'FIRST', answer: 'Status', isOpen: true },
  whoami: { summary: 'Tell who the caller is', tag: 'FIRST', answer: 'WhoAmI' },
  listEndpoints: { summary: 'List clusters, their frameworks and models', tag: 'FIRST', answer: 'Endpoints' },
  listJobs: { summary: 'List the jobs of a cluster', tag: 'FIRST', answer: 'Jobs' },
  describeModels: { summary: 'Describe the models of a cluster and what they can do', tag: 'FIRST', answer: 'ModelDetails', query: { model_id: 'Only this model' } },
}

export const parameters: Readonly<Record<string, string>> = {
  cluster: 'The name of a cluster',
  framework: 'What serves the model there: vllm, infinity, api, llama or guide',
  model: 'The id of a model, slashes and all',
  response: 'The id of an answer',
}
