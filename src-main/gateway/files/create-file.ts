import { FirstError } from '@shared/errors'
import { fileToWire, uploadForm, type UploadForm, type WireFile } from '@shared/openai/files'
import type { Grant } from '../authorize'
import type { Call } from '../call'
import { checked, missing } from '../checked-input'
import type { Work } from '../work'
import { readUpload, type Upload } from './read-upload'

interface CreateFileDeps {
  readonly files: Work['files']
  readonly maxFileBytes: number
  /** Unix milliseconds. */
  readonly clock: () => number
}

/** What a form has beside its file. */
const formBytes = 64 * 1024

/**
 * `POST /v1/files`: to the disk as it comes. What is known to be wrong before the file has come is told before.
 * @throws FirstError `file_too_large`, `quota_exceeded`, `disk_full`, `missing_required_parameter`, `invalid_request`, and as `readUpload` does
 */
export async function createFile({ files, maxFileBytes, clock }: CreateFileDeps, { identity }: Grant, call: Call): Promise<WireFile> {
  if (Number(call.request.headers['content-length'] ?? 0) > maxFileBytes + formBytes) {
    call.request.resume()
    throw new FirstError('file_too_large', `The file has more than ${Math.round(maxFileBytes / 1_000_000)} MB, which is what this gateway takes.`, { param: 'file' })
  }
  const stored = await readUpload(call, (upload) => {
    const { filename } = upload
    checkName(filename)
    if (upload.fields.has('purpose')) checked(uploadForm.pick({ purpose: true }), { purpose: upload.fields.get('purpose') })
    let form: UploadForm | undefined
    const bytes = readForm(upload, (read) => (form = read))
    const expiresAtMs = (): number | undefined => form?.expires_after && Math.round(clock()) + form.expires_after.seconds * 1000
    return files.add({ identity: identity.id, filename, purpose: 'batch', expiresAtMs }, bytes)
  })
  return fileToWire(stored)
}

/** The form is read when all of it is there; a file whose form is not right is none. */
async function* readForm({ bytes, fields }: Upload, onForm: (form: UploadForm) => void): AsyncGenerator<Uint8Array, void, undefined> {
  yield* bytes
  const [anchor, seconds] = [fields.get('expires_after[anchor]'), fields.get('expires_after[seconds]')]
  const expiresAfter = anchor === undefined && seconds === undefined ? undefined : { anchor, seconds: numberOf(seconds) }
  onForm(checked(uploadForm, { purpose: fields.get('purpose'), ...(expiresAfter !== undefined && { expires_after: expiresAfter }) }))
}

const numberOf = (text: string | undefined): unknown => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text)

function checkName(filename: string): void {
  if (filename === '') throw missing('file')
  if (!/\.jsonl$/i.test(filename)) throw new FirstError('invalid_request', `"${filename.slice(-80)}" is not a .jsonl file, which is what a batch takes.`, { param: 'file', action: 'Send a JSONL file: one request on each line.' })
}
