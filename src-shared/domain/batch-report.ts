import { z } from 'zod'
import { modelId, type Operation } from './model'

/** What the requests of a batch can ask for (wire/openai-batch.md). */
export const batchEndpoint = z.enum(['/v1/chat/completions', '/v1/completions', '/v1/embeddings', '/v1/responses'])
export type BatchEndpoint = z.infer<typeof batchEndpoint>

export const endpointOperations = {
  '/v1/chat/completions': 'chat_completions',
  '/v1/completions': 'completions',
  '/v1/embeddings': 'embeddings',
  '/v1/responses': 'responses',
} as const satisfies Record<BatchEndpoint, Operation>

interface FindingKind {
  /** A file with an error cannot be run; information needs no deed. */
  readonly severity: 'error' | 'information'
  /** What to do, where a finding has nothing better to say. */
  readonly fix: string
}

/** What can be found in a batch file. The names of errors are OpenAI's, as far as it has one (wire/openai-batch.md). */
export const findingKinds = {
  invalid_json_line: { severity: 'error', fix: 'Write each request as one JSON object on a line of its own.' },
  duplicate_custom_id: { severity: 'error', fix: 'Give each request a custom_id of its own.' },
  empty_file: { severity: 'error', fix: 'Choose a file with one request on each line.' },
  too_many_tasks: { severity: 'error', fix: 'Split the file into several batches.' },
  url_mismatch: { severity: 'error', fix: 'Put the requests of each endpoint into a file of their own.' },
  model_mismatch: { severity: 'error', fix: 'Put the requests of each model into a file of their own.' },
  model_not_found: { severity: 'error', fix: 'Use an id that GET /v1/models lists.' },
  missing_required_parameter: { severity: 'error', fix: 'Add the field that is named.' },
  invalid_request: { severity: 'error', fix: 'Correct the field that is named.' },
  unsupported_file: { severity: 'error', fix: 'Choose a JSONL file: text in UTF-8 with one JSON object on each line.' },
  bare_body: { severity: 'information', fix: 'Nothing to do; add custom_id, method and url to choose the names of the results yourself.' },
  stream_ignored: { severity: 'information', fix: 'Nothing to do; leave "stream" out to be told no more.' },
} as const satisfies Record<string, FindingKind>
export type FindingCode = keyof typeof findingKinds
export const findingCode = z.enum(Object.keys(findingKinds) as [FindingCode, ...FindingCode[]])

/** One thing about one line, or about the file where `line` is null. Lines count from 1. */
export const batchFinding = z.object({
  line: z.number().int().positive().nullable(),
  code: findingCode,
  /** A sentence. */
  message: z.string(),
  /** What to do, a sentence. */
  fix: z.string(),
  /** The field at fault, as OpenAI names it: `body.messages[0].role`. */
  param: z.string().optional(),
  customId: z.string().optional(),
})
export type BatchFinding = z.infer<typeof batchFinding>

const mebibyte = 2 ** 20

/** What a file is held against. */
export const batchRules = z.object({
  /** Absent: that of the first request. */
  endpoint: batchEndpoint.optional(),
  /** The one that is asked of all requests, and given to those that name none. Absent: that of the first request. */
  model: modelId.optional(),
  /** The models that can be used; absent: not checked. */
  models: z.array(modelId).optional(),
  /** Models that are there and take no batches. */
  withoutBatches: z.array(modelId).optional(),
  /** Requests to several models may be mixed; without `model` only. */
  allowsManyModels: z.boolean().default(false),
  maxRequests: z.number().int().positive().default(150_000),
  /** Errors that are kept in full; the rest is counted. */
  maxFindings: z.number().int().nonnegative().default(1000),
  /** `gateway.bodyLimitMb` and `gateway.imageBodyLimitMb` of config.yaml, in bytes. */
  bodyLimitBytes: z.number().positive().default(10 * mebibyte),
  imageBodyLimitBytes: z.number().positive().default(50 * mebibyte),
})
export type BatchRules = z.infer<typeof batchRules>

const count = z.number().int().nonnegative()

/** What is in a batch file, and what is wrong with it. */
export const batchReport = z.object({
  bytes: count,
  /** Hexadecimal, of the bytes as they are; absent where the file was not read to its end because it is none of text. */
  sha256: z.string().optional(),
  /** With blank ones. */
  lines: count,
  blankLines: count,
  /** Lines that are not blank, right or wrong: each is a row of the index. */
  requests: count,
  /** Of these, bodies without custom_id, method and url, as FIRST takes them. */
  bareRequests: count,
  text: z.object({ hasByteOrderMark: z.boolean(), lineEnds: z.enum(['none', 'lf', 'crlf', 'mixed']), endsWithNewline: z.boolean() }),
  /** Most requests first. */
  endpoints: z.array(z.object({ endpoint: batchEndpoint, requests: count })),
  /** Most requests first; past a hundred models the rest is in `otherModelRequests`. */
  models: z.array(z.object({ model: z.string(), requests: count })),
  otherModelRequests: count,
  /** An estimate, of right requests. `maxOutput` is the sum of their own limits; `unlimitedRequests` have none. */
  tokens: z.object({ input: count, maxOutput: count, unlimitedRequests: count }),
  /** In the order of lines: the first errors, and a few of each kind of information. */
  findings: z.array(batchFinding),
  /** All of them, kept or not. */
  findingCounts: z.array(z.object({ code: findingCode, count })),
  errors: count,
  /** Present where there were more ids than are held in memory: duplicates were looked for among so many requests only. */
  duplicatesCheckedUpTo: count.optional(),
})
export type BatchReport = z.infer<typeof batchReport>

/** Read so far, of the whole file. */
export const validationProgress = z.object({ bytes: count, totalBytes: count, requests: count, errors: count })
export type ValidationProgress = z.infer<typeof validationProgress>
