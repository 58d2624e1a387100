import type { InferenceRequest } from './inference-request'

const askForUsage = Buffer.from(',"stream_options":{"include_usage":true}}')
const closingBrace = 0x7d
/** Their streams end with usage only when it is asked for. */
const chunked = new Set(['chat_completions', 'completions'])

export interface UpstreamBodyOptions {
  /** The id by which the place knows the model. */
  readonly model: string
  /** Fields that the place refuses. */
  readonly without: readonly string[]
  /** False where the place cannot stream. */
  readonly isStreamed: boolean
}

/**
 * The bytes to send on in the protocol they came in: the caller's own wherever nothing has to change.
 * Usage is added to the bytes without writing them again where the caller sent no `stream_options`.
 */
export function upstreamBody(asked: InferenceRequest, { model, without, isStreamed }: UpstreamBodyOptions): Buffer {
  const addsUsage = isStreamed && !asked.wantsUsage && chunked.has(asked.operation) && !without.includes('stream_options')
  const { bytes } = asked
  const isAsItCame = bytes !== undefined && asked.model === model && without.length === 0 && isStreamed === asked.isStreamed
  if (isAsItCame && !addsUsage) return bytes
  if (isAsItCame && !('stream_options' in asked.fields)) return Buffer.concat([bytes.subarray(0, bytes.lastIndexOf(closingBrace)), askForUsage])
  const fields: Record<string, unknown> = { ...asked.fields, model, ...(addsUsage && usageOptions(asked)) }
  for (const name of isStreamed ? without : [...without, 'stream', 'stream_options']) Reflect.deleteProperty(fields, name)
  return Buffer.from(JSON.stringify(fields))
}

function usageOptions({ fields }: InferenceRequest): { stream_options: object } {
  const options = fields['stream_options']
  return { stream_options: { ...(typeof options === 'object' && options), include_usage: true } }
}
