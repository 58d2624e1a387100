import { checkBatch, type CheckDeps } from '@main/batches/validate/check-batch'
import { batchRules, type BatchReport, type BatchRules, type FindingCode } from '@shared/domain/batch-report'

export const chatBody = { model: 'a/b', messages: [{ role: 'user', content: 'Name an element.' }] }

/** One right line, with what should be otherwise. */
export function requestLine(customId: string, change: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ custom_id: customId, method: 'POST', url: '/v1/chat/completions', body: chatBody, ...change })
}

/** A file that comes in pieces of the lengths given, again and again; every chunk is spoilt when the next is asked for, as a buffer that is used again is. */
async function* chunksOf(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? bytes.length
    const chunk = Buffer.from(bytes.subarray(at, at + length))
    yield chunk
    chunk.fill(0x21)
    at += length
    await Promise.resolve()
  }
}

interface Given extends Omit<Partial<CheckDeps>, 'rules' | 'source'> {
  readonly rules?: Partial<BatchRules>
  /** Lengths of the pieces; all at once where there are none. */
  readonly chunks?: readonly number[]
}

export function reportOf(file: string | Buffer, { rules = {}, chunks = [], ...deps }: Given = {}): Promise<BatchReport> {
  const bytes = Buffer.from(file)
  const source = { sizeBytes: bytes.length, chunks: chunksOf(bytes, chunks), readAt: (target: Buffer, offset: number) => bytes.copy(target, 0, offset) }
  return checkBatch({ source, rules: batchRules.parse(rules), seed: 7, ...deps })
}

/** What was found, as `line code`; 0 for the file. */
export async function found(file: string | Buffer, given?: Given): Promise<`${number} ${FindingCode}`[]> {
  return (await reportOf(file, given)).findings.map(({ line, code }) => `${line ?? 0} ${code}` as const)
}
