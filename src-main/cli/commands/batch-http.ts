import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { errors, request, type Dispatcher } from 'undici'
import { z } from 'zod'
import { errorKinds, FirstError, type ErrorCode } from '@shared/errors'
import { findGateway, noGateway } from '../find-gateway'
import type { Caller } from '../openai-client'

const refusal = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) })
const sent = z.object({ id: z.string() })

/**
 * Streams a file to the running gateway (`POST /v1/files`).
 * @param onProgress how much is sent, 0 to 1
 * @returns its id there
 * @throws FirstError what the gateway says; `upstream_unreachable` when none runs, `cancelled` at the signal
 */
export async function uploadFile(path: string, caller: Caller, onProgress: (part: number) => void): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const boundary = `first-desktop-${randomUUID()}`
    const name = basename(path)
    const head = Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${escapeName(/\.jsonl$/i.test(name) ? name : `${name}.jsonl`)}"\r\ncontent-type: application/jsonl\r\n\r\n`)
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
    async function* body(): AsyncGenerator<Buffer> {
      yield head
      let bytes = 0
      if (size > 0)
        for await (const chunk of file.createReadStream({ autoClose: false, end: size - 1 }) as AsyncIterable<Buffer>) {
          yield chunk
          bytes += chunk.length
          onProgress(bytes / size)
        }
      yield tail
    }
    const answer = await ask(caller, '/v1/files', { method: 'POST', headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': String(head.length + size + tail.length) }, body: Readable.from(body()) })
    return sent.parse(await answer.json()).id
  } finally {
    await file.close()
  }
}

/** As browsers write it (WHATWG HTML, "multipart/form-data"). */
const escapeName = (name: string): string => name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** The results of a batch, as they come. @throws FirstError as `uploadFile` does */
export async function* downloadResults(id: string, format: string, caller: Caller): AsyncGenerator<Buffer, void, undefined> {
  const body: AsyncIterable<Buffer> = await ask(caller, `/v1/batches/${encodeURIComponent(id)}/results?format=${format}`, { method: 'GET' })
  try {
    yield* body
  } catch (cause) {
    throw caller.signal.aborted ? interrupted(cause) : new FirstError('answer_cut', 'The results were cut off.', { cause, action: 'Ask for them again.' })
  }
}

const interrupted = (cause: unknown): FirstError => new FirstError('cancelled', 'Interrupted.', { cause })

/** An answer may take as long as the disk takes. */
const noLimit = { headersTimeout: 0, bodyTimeout: 0 } as const

async function ask({ dataDir, signal }: Caller, path: string, { headers, ...options }: Pick<Dispatcher.RequestOptions, 'method' | 'body'> & { headers?: Record<string, string> }): Promise<Dispatcher.ResponseData['body']> {
  const { url, key } = await findGateway(dataDir)
  try {
    const { statusCode, body } = await request(`${url}${path}`, { ...options, ...noLimit, signal, headers: { ...headers, authorization: `Bearer ${key}` } })
    if (statusCode < 300) return body
    throw refused(statusCode, await body.text())
  } catch (cause) {
    if (signal.aborted) throw interrupted(cause)
    throw cause instanceof errors.UndiciError || (cause instanceof Error && 'syscall' in cause) ? noGateway(dataDir, cause) : cause
  }
}

function refused(status: number, text: string): FirstError {
  const { message, code } = parsed(text)?.error ?? {}
  return new FirstError(isErrorCode(code) ? code : 'upstream_error', message ?? `The gateway answered with the status ${status}.`)
}

function parsed(text: string): z.infer<typeof refusal> | undefined {
  try {
    return refusal.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorKinds, code)
}
