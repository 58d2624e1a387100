import { CommanderError } from 'commander'
import { basename } from 'node:path'
import type { BatchReport, BatchRules } from '@shared/domain/batch-report'
import { createFileValidator } from '../../batches/validate/validate-file'
import type { CliContext } from '../context'
import { createProgressBar } from './batch-progress'
import { reportText } from './batch-text'

/** @throws CommanderError with exit code 1 where the file cannot be run */
export async function validateFile(path: string, { model, json }: { readonly model?: string; readonly json?: boolean }, context: CliContext): Promise<void> {
  const report = await checkWithBar(path, model === undefined ? {} : { model }, context)
  context.out(json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(basename(path), report))
  if (report.errors > 0) throw wrongFile()
}

export const wrongFile = (): CommanderError => new CommanderError(1, 'first.wrong_file', 'the file cannot be run')

/** @throws FirstError as the validator does */
export async function checkWithBar(path: string, options: Partial<BatchRules>, context: CliContext): Promise<BatchReport> {
  const bar = createProgressBar(context)
  try {
    return await createFileValidator({ worker: undefined })({
      path,
      options,
      signal: context.signal,
      onProgress: ({ bytes, totalBytes, requests, errors }) => bar.show(totalBytes === 0 ? 1 : bytes / totalBytes, `${requests.toLocaleString('en-US')} requests, ${errors.toLocaleString('en-US')} errors`),
    })
  } finally {
    bar.clear()
  }
}
