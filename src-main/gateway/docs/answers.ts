import { z } from 'zod'
import { modelStatus, operation } from '@shared/domain/model'
import { firstBatch, firstBatchStatus, submittedFirstBatch } from '@shared/first/batches'
import { healthAnswer, listEndpointsAnswer, statusAnswer, whoamiAnswer } from '@shared/first/endpoints'
import { validationBody } from '@shared/first/errors'
import { jobLists } from '@shared/first/jobs'
import { modelDetails } from '@shared/first/models'
import { wireBatch, wireBatchPage } from '@shared/openai/batches'
import { deletedFile, wireFile, wireFilePage } from '@shared/openai/files'
import { wireOrder, wireReplica, wireReplicaList, wireReplicaLog } from '@shared/first/replicas'

/** The answers as they are shown to readers: the fields that count, and no more. */
const whole = z.int().min(0)
const unixSeconds = z.int().describe('Unix seconds')

const toolCall = z.looseObject({ id: z.string(), type: z.literal('function'), function: z.looseObject({ name: z.string(), arguments: z.string().describe('JSON') }) })
const usage = z.looseObject({ prompt_tokens: whole, completion_tokens: whole, total_tokens: whole })

const chatCompletion = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: unixSeconds,
  model: z.string(),
  choices: z.array(z.looseObject({ index: whole, message: z.looseObject({ role: z.literal('assistant'), content: z.string().nullable(), reasoning_content: z.string().optional(), tool_calls: z.array(toolCall).optional() }), finish_reason: z.string().nullable() })),
  usage: usage.optional(),
})
const completion = z.looseObject({ id: z.string(), object: z.literal('text_completion'), created: unixSeconds, model: z.string(), choices: z.array(z.looseObject({ index: whole, text: z.string(), finish_reason: z.string().nullable() })), usage: usage.optional() })
const embeddings = z.looseObject({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(z.looseObject({ object: z.literal('embedding'), index: whole, embedding: z.union([z.array(z.number()), z.string().describe('base64 of 32-bit floats')]) })),
  usage: z.looseObject({ prompt_tokens: whole, total_tokens: whole }),
})
const response = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  created_at: unixSeconds,
  status: z.string(),
  model: z.string(),
  output: z.array(z.looseObject({ type: z.string(), id: z.string().optional() })),
  usage: z.looseObject({ input_tokens: whole, output_tokens: whole, total_tokens: whole }).nullish(),
})
const message = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  model: z.string(),
  content: z.array(z.looseObject({ type: z.string() })),
  stop_reason: z.string().nullable(),
  usage: z.looseObject({ input_tokens: whole, output_tokens: whole }),
})

const model = z.looseObject({ id: z.string(), object: z.literal('model'), created: unixSeconds, owned_by: z.string().describe('The cluster that is asked first'), status: modelStatus, clusters: z.array(z.string()), context_window_tokens: whole.optional(), operations: z.array(operation).optional().describe('What its clusters serve themselves; the protocols that are missing are translated') })
const jobEntry = z.looseObject({ Models: z.string().describe('Ids joined by commas'), Framework: z.string(), Cluster: z.string(), 'Model Status': z.string().optional(), 'Job ID': z.string().optional(), 'Job State': z.string().optional() })
const jobs = z.looseObject({ ...Object.fromEntries(jobLists.map((list) => [list, z.array(jobEntry)])), cluster_status: z.looseObject({ free_nodes: z.int().optional() }) })

/** Every answer, by the name of its schema in the document. */
export const answers = {
  ChatCompletion: chatCompletion,
  Completion: completion,
  Embeddings: embeddings,
  Response: response,
  Message: message,
  TokenCount: z.looseObject({ input_tokens: whole }),
  Model: model,
  ModelList: z.looseObject({ object: z.literal('list'), data: z.array(model) }),
  DeletedResponse: z.looseObject({ id: z.string(), object: z.literal('response'), deleted: z.literal(true) }),
  File: wireFile,
  FileList: wireFilePage,
  DeletedFile: deletedFile,
  Batch: wireBatch,
  BatchList: wireBatchPage,
  SubmittedFirstBatch: submittedFirstBatch,
  FirstBatchList: z.array(firstBatch),
  FirstBatchStatus: firstBatchStatus,
  FirstBatchResult: z.string(),
  Health: healthAnswer,
  Status: statusAnswer,
  WhoAmI: whoamiAnswer,
  Endpoints: listEndpointsAnswer,
  Jobs: jobs,
  ModelDetails: z.array(modelDetails),
  Replica: wireReplica,
  ReplicaList: wireReplicaList,
  ReplicaLog: wireReplicaLog,
  DeploymentOrdered: wireOrder,
  OpenAIError: z.object({ error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string().nullable() }) }),
  AnthropicError: z.looseObject({ type: z.literal('error'), error: z.looseObject({ type: z.string(), message: z.string() }) }),
  FirstError: z.union([z.object({ error: z.object({ code: z.string(), message: z.string(), info: z.looseObject({ action: z.string() }) }) }), validationBody]),
}
export type AnswerName = keyof typeof answers
