import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBatchRows, type BatchRows } from '@main/batches/rows/batch-rows'
import { formatResult, type LineResult } from '@main/batches/run/result-line'
import { checkFile } from '@main/batches/validate/check-file'
import { indexPlace } from '@main/batches/validate/line-index'
import type { Batch } from '@shared/domain/batch'
import { batchRules } from '@shared/domain/batch-report'

const id = 'batch_abcdefghijklmnopqrstuvwx'

/** A batch whose files are on the disk, and nothing else of it. */
export interface BatchOnDisk {
  readonly rows: BatchRows
  readonly id: string
  readonly inputPath: string
  pathOf(name: string): string
  /** Lines as a run writes them, or bytes as a crash leaves them. */
  write(kind: 'output' | 'error', ...results: readonly (LineResult | string)[]): Promise<void>
  /** The parts become files of the store. */
  finish(): Promise<void>
  /** Time goes on so much with each look at the clock. */
  setStepMs(ms: number): void
  remove(): Promise<void>
}

export async function batchOnDisk(input: string): Promise<BatchOnDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'first-rows-'))
  const pathOf = (name: string): string => join(folder, name)
  const inputPath = pathOf('file-input')
  await writeFile(inputPath, input)
  await checkFile({ path: inputPath, rules: batchRules.parse({}), index: indexPlace(`${inputPath}.idx`) })
  let batch: Batch = { id, name: 'x.jsonl', owner: 'Owner', endpoint: '/v1/chat/completions', models: ['a/b'], status: 'in_progress', isPaused: false, createdAtMs: 0, expiresAtMs: 1, total: 0, completed: 0, failed: 0, errors: [], inputFileId: 'file-input', seq: 1 }
  let nowMs = 0
  let stepMs = 0
  const part = (kind: string): string => `${pathOf(id)}.${kind}.part`
  return {
    rows: createBatchRows({ batch: () => batch, files: { pathOf }, monotonic: () => (nowMs += stepMs) }),
    id,
    inputPath,
    pathOf,
    write: (kind, ...results) => appendFile(part(kind), results.map((result) => (typeof result === 'string' ? result : formatResult(id, result))).join('')),
    async finish() {
      await writeFile(part('error'), '', { flag: 'a' })
      await writeFile(part('output'), '', { flag: 'a' })
      await rename(part('error'), pathOf('file-errors'))
      await rename(part('output'), pathOf('file-results'))
      batch = { ...batch, status: 'completed', outputFileId: 'file-results', errorFileId: 'file-errors' }
    },
    setStepMs: (ms) => void (stepMs = ms),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export const chatLine = (customId: string, content: string): string => JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/chat/completions', body: { model: 'a/b', messages: [{ role: 'user', content }] } })

export const answered = (index: number, customId: string, content: string): LineResult => ({ index, customId, response: { status: 200, requestId: `req-${index}`, body: Buffer.from(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }], usage: { prompt_tokens: 3, completion_tokens: 4 } })) } })
export const refused = (index: number, customId: string, message: string): LineResult => ({ index, customId, response: { status: 400, requestId: `req-${index}`, body: Buffer.from(JSON.stringify({ error: { message, code: 'invalid_request' } })) } })
export const unanswered = (index: number, customId: string, message: string): LineResult => ({ index, customId, error: { code: 'upstream_error', message } })
