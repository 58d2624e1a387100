import type { ChatRequest } from './chat-request'

const askForUsage = Buffer.from(',"stream_options":{"include_usage":true}}')
const closingBrace = 0x7d

/**
 * The bytes to send on: the caller's own, unless the place knows the model by another id or usage has to be asked for.
 * Usage is added to the bytes without parsing them again where the caller sent no `stream_options`.
 */
export function upstreamBody(asked: ChatRequest, model: string): Buffer {
  const addsUsage = asked.isStreamed && !asked.wantsUsage
  if (asked.model !== model) return Buffer.from(JSON.stringify({ ...asked.fields, model, ...(addsUsage && usageOptions(asked)) }))
  if (!addsUsage) return asked.bytes
  if ('stream_options' in asked.fields) return Buffer.from(JSON.stringify({ ...asked.fields, ...usageOptions(asked) }))
  return Buffer.concat([asked.bytes.subarray(0, asked.bytes.lastIndexOf(closingBrace)), askForUsage])
}

function usageOptions({ fields }: ChatRequest): { stream_options: object } {
  const options = fields['stream_options']
  return { stream_options: { ...(typeof options === 'object' && options), include_usage: true } }
}
