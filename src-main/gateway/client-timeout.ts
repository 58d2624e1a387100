import type { IncomingHttpHeaders } from 'node:http'

/** @returns milliseconds after which the caller gives up where no answer has begun, if its client says so: OpenAI's and Anthropic's packages send `x-stainless-timeout` in seconds. */
export function clientTimeoutMs({ 'x-stainless-timeout': seconds }: IncomingHttpHeaders): number | undefined {
  const value = Number(seconds)
  return Number.isFinite(value) && value > 0 ? value * 1000 : undefined
}
