import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { isSafeUrl } from '@shared/safe-url'
import { askJson, type Door } from './ask'

export interface TransferOrder {
  /** Of `newSubmission`: a second order with the same one is the same task. */
  readonly submissionId: string
  readonly from: { readonly collection: string; readonly path: string }
  readonly to: { readonly collection: string; readonly path: string }
  readonly label: string
}

export interface TransferTask {
  readonly status: 'ACTIVE' | 'INACTIVE' | 'SUCCEEDED' | 'FAILED'
  /** `OK`, `Queued`, `GC_NOT_CONNECTED`, … */
  readonly niceStatus: string | undefined
  readonly bytes: number
  readonly fatal: { readonly code: string; readonly description: string } | undefined
}

/** Globus Transfer (wire/globus.md, section 4). @throws (each method) FirstError; `sign_in_needed` where something must be agreed to */
export interface TransferApi {
  /** Origin of a collection's HTTPS server. @throws FirstError `not_found` where it has none */
  httpsServer(collection: string, signal: AbortSignal): Promise<string>
  newSubmission(signal: AbortSignal): Promise<string>
  /** @returns id of the task */
  submit(order: TransferOrder, signal: AbortSignal): Promise<string>
  task(id: string, signal: AbortSignal): Promise<TransferTask>
  cancel(id: string, signal: AbortSignal): Promise<void>
  /** Begins to remove files; nobody waits for it. */
  remove(collection: string, paths: readonly string[], signal: AbortSignal): Promise<void>
}

const endpoint = z.looseObject({ https_server: z.string().nullish() })
const submission = z.looseObject({ value: z.string().min(1).max(100) })
const submitted = z.looseObject({ task_id: z.string().min(1).max(100) })
const task = z.looseObject({
  status: z.enum(['ACTIVE', 'INACTIVE', 'SUCCEEDED', 'FAILED']),
  nice_status: z.string().nullish(),
  bytes_transferred: z.number().nonnegative().catch(0),
  fatal_error: z.looseObject({ code: z.string().catch(''), description: z.string().catch('') }).nullish(),
})

export function createTransferApi(door: Door, url: string): TransferApi {
  const base = `${url}/v0.10`
  const read = <Answer>(schema: z.ZodType<Answer>, said: unknown): Answer => {
    const { data } = schema.safeParse(said)
    if (data === undefined) throw new FirstError('upstream_garbled', 'Globus Transfer answered something that is none of its answers.')
    return data
  }
  const get = (path: string, signal: AbortSignal): Promise<unknown> => askJson(door, { method: 'GET', url: `${base}${path}`, signal })
  const post = (path: string, json: object, signal: AbortSignal): Promise<unknown> => askJson(door, { method: 'POST', url: `${base}${path}`, body: () => JSON.stringify(json), signal })
  const newSubmission = async (signal: AbortSignal): Promise<string> => read(submission, await get('/submission_id', signal)).value

  return {
    newSubmission,
    async httpsServer(collection, signal) {
      const { https_server: server } = read(endpoint, await get(`/endpoint/${encodeURIComponent(collection)}`, signal))
      if (server == null) throw new FirstError('not_found', `The collection ${collection} takes no files over HTTPS.`, { action: 'Give staging of this cluster a collection of this machine (transfer) in config.yaml.' })
      // A token goes there.
      if (!isSafeUrl(server)) throw new FirstError('upstream_garbled', `The collection ${collection} names no https address for its files.`)
      return server.replace(/\/+$/, '')
    },
    async submit({ submissionId, from, to, label }, signal) {
      const order = {
        DATA_TYPE: 'transfer',
        submission_id: submissionId,
        source_endpoint: from.collection,
        destination_endpoint: to.collection,
        label,
        verify_checksum: true,
        DATA: [{ DATA_TYPE: 'transfer_item', source_path: from.path, destination_path: to.path }],
      }
      return read(submitted, await post('/transfer', order, signal)).task_id
    },
    async task(id, signal) {
      const { status, nice_status: nice, bytes_transferred: bytes, fatal_error: fatal } = read(task, await get(`/task/${encodeURIComponent(id)}`, signal))
      return { status, niceStatus: nice ?? undefined, bytes, fatal: fatal ?? undefined }
    },
    async cancel(id, signal) {
      await post(`/task/${encodeURIComponent(id)}/cancel`, {}, signal)
    },
    async remove(collection, paths, signal) {
      const order = { DATA_TYPE: 'delete', submission_id: await newSubmission(signal), endpoint: collection, ignore_missing: true, label: 'FIRST Desktop', DATA: paths.map((path) => ({ DATA_TYPE: 'delete_item', path })) }
      await post('/delete', order, signal)
    },
  }
}
