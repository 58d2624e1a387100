import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Batch } from '@shared/domain/batch'
import type { BatchEndpoint } from '@shared/domain/batch-report'
import { FirstError } from '@shared/errors'
import { firstBatchBody, firstStatusOf, type SubmittedFirstBatch } from '@shared/first/batches'
import { readRequestLine } from '../../batches/validate/request-line'
import { takesBatches } from '../../federation/batch-place'
import type { Candidate, Directory } from '../../federation/directory'
import type { Grant } from '../authorize'
import type { BodyLimits } from '../body-limits'
import type { Call } from '../call'
import { visibleCluster } from '../first/visible-cluster'
import { parseJson } from '../inference-request'
import { readBody } from '../read-body'
import { allowedPlaces } from '../route'
import type { Work } from '../work'
import { allowedFile, allowedFolder } from './allowed-path'
import { validated } from './unprocessable'

interface FirstBatchDeps extends Work {
  readonly directory: Directory
  readonly limits: BodyLimits
  /** Whose files may be named. */
  readonly inputFolders: readonly string[]
}

/** FIRST names no time; a batch here has thirty days. */
const windowMs = 30 * 24 * 60 * 60 * 1000

/**
 * `POST /{cluster}/{framework}/v1/batches`: a file of this machine, copied so that it may change, is done by one cluster.
 * @throws FirstError `unprocessable`, `access_denied`, `file_not_found`, `cluster_not_found`, `unsupported_framework`, `endpoint_not_found`,
 *   `batch_unavailable`, `quota_exceeded`, `file_too_large`, `disk_full`
 */
export async function createFirstBatch({ files, batches, directory, limits, inputFolders }: FirstBatchDeps, grant: Grant, call: Call): Promise<SubmittedFirstBatch> {
  const body = validated(firstBatchBody, parseJson((await readBody(call.request, limits, call.cancellation)).toString('utf8')), 'body')
  const { name: cluster } = visibleCluster(directory, grant, call)
  const places = allowedPlaces(directory, grant, call, body.model)
  if (!places.some(takesBatches)) throw new FirstError('batch_unavailable', `The model "${body.model}" takes no batches on the cluster "${cluster}".`, { param: 'model' })
  if (!grant.isAdmin) throw new FirstError('access_denied', 'Files of the machine of this gateway are for its owner and for keys of administrators.', { param: 'input_file', action: 'Send the file with POST /v1/files, and make a batch of it with POST /v1/batches.' })
  const input = await allowedFile({ path: body.input_file, param: 'input_file', folders: inputFolders })
  const outputFolder = body.output_folder_path == null ? undefined : await allowedFolder({ path: body.output_folder_path, param: 'output_folder_path', folders: inputFolders })

  const { identity } = grant
  const { id: inputFileId, endpoint } = await copyIn(files, identity.id, input)
  try {
    const batch = batches.create({ identity, inputFileId, endpoint, name: basename(input), windowMs, model: body.model, place: placeOf(cluster, places), paths: { input: body.input_file, ...(outputFolder !== undefined && { outputFolder }) } })
    return { batch_id: batch.id, input_file: body.input_file, output_folder_path: body.output_folder_path ?? null, task_ids: null, status: firstStatusOf(batch) }
  } catch (cause) {
    await files.remove(inputFileId)
    throw cause
  }
}

const placeOf = (cluster: string, [first]: readonly Candidate[]): Batch['place'] => ({ cluster, ...(first !== undefined && { framework: first.framework }) })

async function copyIn(files: Work['files'], identity: string, path: string): Promise<{ readonly id: string; readonly endpoint: BatchEndpoint }> {
  // A link that took its place meanwhile is not followed, and a pipe does not hold us up.
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!(await handle.stat()).isFile()) throw new FirstError('invalid_request', `${path} is not a file.`, { param: 'input_file' })
    const endpoint = await endpointOf(handle)
    const { id } = await files.add({ identity, filename: basename(path), purpose: 'batch' }, handle.createReadStream({ start: 0, autoClose: false }))
    return { id, endpoint }
  } finally {
    await handle.close()
  }
}

/** The first request tells what all of them ask; within this much of the file. */
const headBytes = 2 ** 20

async function endpointOf(handle: FileHandle): Promise<BatchEndpoint> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
  const first = buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '').split('\n').find((line) => line.trim() !== '')
  try {
    return readRequestLine(JSON.parse(first ?? ''), 1).endpoint ?? '/v1/chat/completions'
  } catch {
    // The validation says what is wrong with it.
    return '/v1/chat/completions'
  }
}
