import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy'
import type { IncomingMessage } from 'node:http'
import { FirstError } from '@shared/errors'
import type { Call } from '../call'
import { missing } from '../checked-input'
import { isPlain } from '../content-encoding'
import { defaultPace, tooSlow, type BodyPace } from '../read-body'

/** A form with a file in it, on its way. */
export interface Upload {
  /** Without folders, and with the quotes that clients escape (HTML standard, "multipart/form-data"). */
  readonly filename: string
  /** Ends when the form does, and throws what is wrong with it. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** What else has come so far; all of it once `bytes` has ended. */
  readonly fields: ReadonlyMap<string, string>
}

/** The file of a form goes by this name. */
const fileField = 'file'
const limits = { files: 1, fields: 16, parts: 17, fieldSize: 4096, headerPairs: 32, headerSize: 16 * 1024 }

/**
 * Hands the file of a `multipart/form-data` body on as it comes, whatever comes before and after it (RFC 7578). The rest of a body that
 * is not wanted is dropped.
 * @throws FirstError `unsupported_media_type`, `missing_required_parameter` without a file, `invalid_request` for a form that is not whole,
 *   `request_timeout` when it hardly comes, `cancelled` when the caller leaves, and what `keep` throws
 */
export async function readUpload<Value>({ request, cancellation }: Pick<Call, 'request' | 'cancellation'>, keep: (upload: Upload) => Promise<Value>, pace: BodyPace = defaultPace): Promise<Value> {
  const form = openForm(request)
  const fields = new Map<string, string>()
  const file = deferred<{ readonly stream: BusboyFileStream; readonly filename: string } | undefined>()
  const whole = deferred<undefined>()
  let stream: BusboyFileStream | undefined
  const fail = (error: FirstError): void => {
    file.reject(error)
    whole.reject(error)
    stream?.destroy(error)
  }
  const refuse = (what: string): void => fail(new FirstError('invalid_request', what, { param: fileField }))
  const leave = (): void => fail(cancellation.reason ?? new FirstError('cancelled', 'The request was cancelled.'))
  // Each is waited for only where it matters.
  for (const { promise } of [file, whole]) promise.catch(() => undefined)

  form
    .on('file', (name, part, filename) => {
      part.on('error', () => refuse('The form ends before its file does.'))
      if (name === fileField) file.resolve({ stream: (stream = part), filename })
      else refuse(`The form has a file under the name "${name}"; it must be under the name "${fileField}".`)
    })
    .on('field', (name, value, _nameIsCut, valueIsCut) => {
      if (name === fileField) refuse(`"${fileField}" came as a text; it must be a file, with a file name.`)
      else if (valueIsCut) fail(new FirstError('invalid_request', `"${name}" is longer than ${limits.fieldSize} bytes.`, { param: name }))
      else fields.set(name, value)
    })
    .on('filesLimit', () => refuse('The form has more than one file.'))
    .on('fieldsLimit', () => refuse(`The form has more than ${limits.fields} fields.`))
    .on('partsLimit', () => refuse(`The form has more than ${limits.parts} parts.`))
    .on('error', () => refuse('The body is not a whole form: it ends early, or is not written as multipart/form-data.'))
    .on('finish', () => {
      file.resolve(undefined)
      whole.resolve(undefined)
    })
  const timer = watchPace(request, form, pace, fail)
  if (cancellation.reason === undefined) cancellation.listen(leave)
  else leave()
  request.pipe(form)
  try {
    const found = await file.promise
    if (found === undefined) throw missing(fileField)
    return await keep({ filename: found.filename.replaceAll('%22', '"'), bytes: bytesOf(found.stream, whole.promise), fields })
  } finally {
    clearInterval(timer)
    cancellation.unlisten(leave)
    request.unpipe(form).resume()
  }
}

async function* bytesOf(stream: BusboyFileStream, whole: Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream) yield chunk as Uint8Array
  await whole
}

function openForm(request: IncomingMessage): BusboyInstance {
  const { 'content-type': type, 'content-encoding': encoding } = request.headers
  const action = 'Send the file as multipart/form-data, for example with: curl -F purpose=batch -F file=@requests.jsonl'
  if (type === undefined || !/^multipart\/form-data\s*(?:;|$)/i.test(type)) throw new FirstError('unsupported_media_type', `The body was sent as ${type ?? 'no type at all'}, not as multipart/form-data.`, { action })
  if (!isPlain(encoding)) throw new FirstError('unsupported_media_type', `The body was sent compressed as ${encoding ?? ''}; send it as it is.`, { action })
  try {
    return new Busboy({ headers: { ...request.headers, 'content-type': type }, limits, isPartAFile: (name, _type, filename) => filename !== undefined && (name !== undefined || filename !== '') })
  } catch {
    throw new FirstError('invalid_request', 'The content type of the body names no boundary between the parts of the form.', { action })
  }
}

/** A caller is not blamed for what waits for our disk. */
function watchPace(request: IncomingMessage, form: BusboyInstance, pace: BodyPace, fail: (error: FirstError) => void): NodeJS.Timeout {
  const { socket } = request
  let bytesBefore = socket.bytesRead
  return setInterval(() => {
    const isOurs = form.writableNeedDrain || request.complete
    if (!isOurs && socket.bytesRead - bytesBefore < pace.bytes) fail(tooSlow(pace))
    bytesBefore = socket.bytesRead
  }, pace.everyMs)
}

interface Deferred<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
  readonly reject: (cause: Error) => void
}

function deferred<Value>(): Deferred<Value> {
  let settle: Pick<Deferred<Value>, 'resolve' | 'reject'> | undefined
  const promise = new Promise<Value>((resolve, reject) => (settle = { resolve, reject }))
  return { promise, resolve: (value) => settle?.resolve(value), reject: (cause) => settle?.reject(cause) }
}
