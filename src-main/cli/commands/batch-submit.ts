import { basename } from 'node:path'
import type { CliContext } from '../context'
import { findGateway } from '../find-gateway'
import { withCore } from '../rpc-client'
import { uploadFile } from './batch-http'
import { createProgressBar } from './batch-progress'
import { reportText } from './batch-text'
import { checkWithBar, wrongFile } from './batch-validate'
import { watchBatch } from './batch-watch'

interface SubmitFlags {
  readonly dataDir: string
  readonly model?: string
  readonly cluster?: string
  /** Milliseconds. */
  readonly window?: number
  readonly wait?: boolean
  readonly json?: boolean
}

const hourMs = 3_600_000

/**
 * Checks the file here, so that a wrong one is not sent at all; which models there are, and how many in one file, is the gateway's to say.
 * @throws CommanderError with exit code 1 where the file cannot be run, 3 where it was waited for and not all was answered
 */
export async function submitFile(path: string, { dataDir, model, cluster, window, wait, json }: SubmitFlags, context: CliContext): Promise<void> {
  await findGateway(dataDir)
  const report = await checkWithBar(path, { allowsManyModels: true, ...(model !== undefined && { model }) }, context)
  if (report.errors > 0) {
    context.err(reportText(basename(path), report))
    throw wrongFile()
  }
  const endpoint = report.endpoints[0]?.endpoint ?? '/v1/chat/completions'
  const caller = { dataDir, signal: context.signal }
  const bar = createProgressBar(context)
  const fileId = await uploadFile(path, caller, (part) => bar.show(part, 'sent')).finally(() => bar.clear())
  const batch = await withCore(caller, (core) =>
    core.batches.create({ fileId, endpoint, ...(model !== undefined && { model }), ...(cluster !== undefined && { place: { cluster } }), ...(window !== undefined && { windowH: Math.round(window / hourMs) }) }),
  )
  if (wait === true) {
    context.err(`${batch.id}\n`)
    await watchBatch(batch.id, { dataDir, ...(json === true && { json }) }, context)
    return
  }
  context.out(json === true ? `${JSON.stringify(batch, null, 2)}\n` : `${batch.id}\n`)
}
