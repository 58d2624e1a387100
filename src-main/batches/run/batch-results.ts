import { DoneSet } from './done-set'
import { formatResult, isSuccess, type LineResult } from './result-line'
import { openResults } from './results-file'

/** The two files of results of a batch while it runs. */
export interface BatchResults {
  /** Requests that have a result. */
  readonly done: DoneSet
  /** Lines that are in the files. */
  counts(): { readonly completed: number; readonly failed: number }
  /** Of the lines with answers. */
  outputBytes(): number
  /** Resolves when it is in its file. */
  add(result: LineResult): Promise<void>
  /** @throws FirstError `disk_full` */
  close(): Promise<void>
}

interface BatchResultsDeps {
  readonly id: string
  /** Requests of its file. */
  readonly total: number
  readonly paths: Readonly<Record<'output' | 'error', string>>
  /** Why results cannot be written; undefined: they can. */
  readonly onProblem: (reason: string | undefined) => void
}

/** @throws FirstError `data_unreadable`, `disk_full` */
export async function openBatchResults({ id, total, paths, onProblem }: BatchResultsDeps): Promise<BatchResults> {
  const hooks = { onProblem: () => onProblem(output.problem?.message ?? errors.problem?.message) }
  const output = await openResults(paths.output, hooks)
  const errors = await openResults(paths.error, hooks)
  const done = new DoneSet(total)
  for (const index of [...output.known, ...errors.known]) done.add(index)
  return {
    done,
    counts: () => ({ completed: output.count, failed: errors.count }),
    outputBytes: () => output.sizeBytes,
    add: (result) => (isSuccess(result) ? output : errors).append(formatResult(id, result)),
    async close() {
      await output.close().finally(() => errors.close())
    },
  }
}
