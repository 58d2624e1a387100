import { rm } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { batchRules, type BatchReport, type BatchRules, type ValidationProgress } from '@shared/domain/batch-report'
import { FirstError } from '@shared/errors'
import { receiveError } from '../../records/worker-messages'
import { checkFile, type FileToCheck } from './check-file'
import { indexPlace } from './line-index'
import { workerNews } from './worker-messages'

export interface ValidateFile {
  readonly path: string
  readonly options?: Partial<BatchRules>
  /** Where to write `lines.idx` (line-index.ts); absent: nowhere. It is there when the report is, unless the file is none of text. */
  readonly indexPath?: string
  readonly signal?: AbortSignal
  /** At most some two hundred times. */
  readonly onProgress?: (progress: ValidationProgress) => void
}

/** @throws FirstError `invalid_request` for a path that cannot be read, `disk_full` where the index has no room, `cancelled` by the signal */
export type FileValidator = (file: ValidateFile) => Promise<BatchReport>

/**
 * Checks batch files, each in a thread of its own.
 * @param worker the built module `batch-validate-worker.js`; absent: this thread does it, a few milliseconds at a time.
 */
export function createFileValidator({ worker: module }: { readonly worker: string | undefined }): FileValidator {
  return async ({ path, options, indexPath, signal, onProgress }) => {
    const task = { path, rules: batchRules.parse(options ?? {}), ...(indexPath !== undefined && { index: indexPlace(indexPath) }) }
    const hooks = { ...(signal && { signal }), ...(onProgress && { onProgress }) }
    if (signal?.aborted) throw cancelled()
    return module === undefined ? checkFile(task, hooks) : checkInThread(module, task, hooks)
  }
}

const cancelled = (): FirstError => new FirstError('cancelled', 'The check of the batch file was cancelled.')

/** Makes V8 collect before a long file has filled the memory with what was read; a line of the longest kind still has room. */
const threadLimits = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512 }

async function checkInThread(module: string, task: FileToCheck, { signal, onProgress }: Pick<ValidateFile, 'signal' | 'onProgress'>): Promise<BatchReport> {
  const worker = new Worker(module, { workerData: task, resourceLimits: threadLimits })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<BatchReport>((resolve, reject) => {
      onAbort = () => reject(cancelled())
      signal?.addEventListener('abort', onAbort)
      worker.on('message', (message: unknown) => {
        const news = workerNews.safeParse(message)
        if (!news.success) reject(news.error)
        else if ('progress' in news.data) onProgress?.(news.data.progress)
        else if ('report' in news.data) resolve(news.data.report)
        else reject(receiveError(news.data.error))
      })
      worker.on('error', (cause) => reject(new FirstError('internal_error', 'The thread that checks a batch file ended.', { cause })))
      worker.on('exit', () => reject(new FirstError('internal_error', 'The thread that checks a batch file ended without a word.')))
    })
  } catch (cause) {
    await worker.terminate()
    if (task.index !== undefined) await rm(task.index.part, { force: true })
    throw cause
  } finally {
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
    await ended
  }
}
