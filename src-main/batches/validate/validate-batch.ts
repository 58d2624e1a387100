import { findingKinds, type BatchReport } from '@shared/domain/batch-report'
import type { StoredBatch } from '../stored-batch'
import type { FileValidator, ValidateFile } from './validate-file'

interface ValidateBatchDeps extends Pick<ValidateFile, 'path' | 'signal'> {
  readonly validate: FileValidator
  readonly rules: NonNullable<ValidateFile['options']>
  /** How far it is, 0 to 1. */
  readonly onProgress: (part: number) => void
  /** Unix milliseconds. */
  readonly clock: () => number
}

/** Mistakes of a file that are told with the batch; the report has more. */
const mostErrors = 100

/** What becomes of a batch by its file: it is run, or has failed. @throws FirstError as the validator does */
export async function validateBatch({ validate, path, rules, signal, onProgress, clock }: ValidateBatchDeps): Promise<{ readonly report: BatchReport; readonly changes: Partial<StoredBatch> }> {
  const report = await validate({
    path,
    options: rules,
    indexPath: `${path}.idx`,
    ...(signal !== undefined && { signal }),
    onProgress: ({ bytes, totalBytes }) => onProgress(totalBytes === 0 ? 0 : bytes / totalBytes),
  })
  const found = { models: report.models.map(({ model }) => model), total: report.requests }
  if (report.errors === 0) return { report, changes: { ...found, status: 'in_progress', inProgressAtMs: clock() } }
  const errors = report.findings.filter(({ code }) => findingKinds[code].severity === 'error').slice(0, mostErrors)
  return { report, changes: { ...found, status: 'failed', endedAtMs: clock(), errors } }
}
