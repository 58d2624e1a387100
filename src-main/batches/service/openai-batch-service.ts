import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { request, type Dispatcher } from 'undici'
import { z } from 'zod'
import { batchStatus } from '@shared/domain/batch'
import { FirstError } from '@shared/errors'
import type { BatchService, SiteBatch } from './batch-service'

export interface OpenAiBatchServiceDeps {
  /** Of config.yaml. */
  readonly cluster: string
  /** Up to and with the version. */
  readonly baseUrl: string
  readonly key: () => string | undefined
}

const count = z.number().nonnegative().catch(0)
const siteBatch = z.looseObject({
  id: z.string(),
  status: batchStatus,
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  request_counts: z.looseObject({ completed: count, failed: count }).nullish(),
  errors: z.looseObject({ data: z.array(z.looseObject({ message: z.string().nullish(), line: z.number().nullish() })).nullish() }).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
})
const siteBatchPage = z.looseObject({ data: z.array(siteBatch) })
const madeFile = z.looseObject({ id: z.string() })
const errorBody = z.looseObject({ error: z.looseObject({ message: z.string() }) })

const keyField = 'first_desktop_batch'
/** Milliseconds without a byte. */
const quietMs = 5 * 60_000

/** The Files and Batch API of a server (wire/openai-batch.md), as a client of it. */
export function createOpenAiBatchService({ cluster, baseUrl, key }: OpenAiBatchServiceDeps): BatchService {
  const cut = (cause: unknown): FirstError => new FirstError('upstream_unreachable', `The batch service of the cluster "${cluster}" does not answer.`, { cause })
  const reach = <Value>(answer: Promise<Value>): Promise<Value> =>
    answer.catch((cause: unknown) => {
      throw cut(cause)
    })
  const ask = async (method: 'GET' | 'POST', path: string, signal: AbortSignal, sent: Pick<Dispatcher.RequestOptions, 'body' | 'headers'> = {}): Promise<Dispatcher.ResponseData> => {
    const secret = key()
    const headers = { ...(sent.headers as Record<string, string> | undefined), ...(secret !== undefined && { authorization: `Bearer ${secret}` }) }
    const answer = await reach(request(`${baseUrl}${path}`, { method, headers, signal, headersTimeout: quietMs, bodyTimeout: quietMs, ...(sent.body !== undefined && { body: sent.body }) }))
    if (answer.statusCode < 300) return answer
    const text = await reach(answer.body.text())
    const words = errorBody.safeParse(tryJson(text)).data?.error.message ?? ''
    throw new FirstError(codeOf(answer.statusCode), `The batch service of the cluster "${cluster}" answered ${answer.statusCode}${words === '' ? '' : `: ${words.slice(0, 500)}`}.`)
  }
  const read = async <Value>(schema: z.ZodType<Value>, asked: Promise<Dispatcher.ResponseData>): Promise<Value> => {
    const { body } = await asked
    const { data } = schema.safeParse(tryJson(await reach(body.text())))
    if (data === undefined) throw new FirstError('upstream_garbled', `The batch service of the cluster "${cluster}" answered something that is not of OpenAI's Batch API.`)
    return data
  }

  return {
    async submit({ path, endpoint, key: mark }, signal) {
      const boundary = `first-${randomUUID()}`
      const opening = `--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${mark}.jsonl"\r\ncontent-type: application/jsonl\r\n\r\n`
      const closing = `\r\n--${boundary}--\r\n`
      const { size } = await stat(path)
      const form = ask('POST', '/files', signal, {
        body: Readable.from(joined(opening, path, closing)),
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(Buffer.byteLength(opening) + size + Buffer.byteLength(closing)) },
      })
      const { id: fileId } = await read(madeFile, form)
      const order = { input_file_id: fileId, endpoint, completion_window: '24h', metadata: { [keyField]: mark } }
      return (await read(madeFile, ask('POST', '/batches', signal, { body: JSON.stringify(order), headers: { 'content-type': 'application/json' } }))).id
    },
    async find(mark, signal) {
      const { data } = await read(siteBatchPage, ask('GET', '/batches?limit=100', signal))
      return data.find(({ metadata }) => metadata?.[keyField] === mark)?.id
    },
    status: async (id, signal) => stateOf(await read(siteBatch, ask('GET', `/batches/${encodeURIComponent(id)}`, signal))),
    async *results(fileId, signal) {
      const { body } = await ask('GET', `/files/${encodeURIComponent(fileId)}/content`, signal)
      try {
        for await (const chunk of body) yield chunk as Uint8Array
      } catch (cause) {
        throw cut(cause)
      }
    },
    async cancel(id, signal) {
      await read(siteBatch, ask('POST', `/batches/${encodeURIComponent(id)}/cancel`, signal))
    },
  }
}

const running: ReadonlySet<string> = new Set(['validating', 'in_progress', 'finalizing', 'cancelling'])

function stateOf({ id, status, output_file_id: output, error_file_id: errors, request_counts: counts, errors: mistakes }: z.infer<typeof siteBatch>): SiteBatch {
  const reason = mistakes?.data?.[0]?.message
  return {
    id,
    status: running.has(status) ? 'running' : status === 'failed' ? 'failed' : 'ended',
    completed: counts?.completed ?? 0,
    failed: counts?.failed ?? 0,
    resultFiles: [output, errors].filter((fileId) => fileId != null),
    ...(reason != null && { reason }),
  }
}

function codeOf(status: number): 'upstream_unauthorized' | 'batch_not_found' | 'too_many_requests' | 'upstream_unreachable' | 'upstream_error' {
  if (status === 401 || status === 403) return 'upstream_unauthorized'
  if (status === 404) return 'batch_not_found'
  // Said by what stands before the service, which may have done what it was asked all the same.
  if (status >= 502 && status <= 504) return 'upstream_unreachable'
  return status === 429 ? 'too_many_requests' : 'upstream_error'
}

async function* joined(opening: string, path: string, closing: string): AsyncGenerator<Buffer, void, undefined> {
  yield Buffer.from(opening)
  for await (const chunk of createReadStream(path)) yield chunk as Buffer
  yield Buffer.from(closing)
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
