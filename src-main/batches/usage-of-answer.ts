import type { BatchUsage } from '@shared/domain/batch'
import type { Usage } from '@shared/domain/usage'

/** In text inside the JSON the quotes are escaped, so that only a field is found. */
const cached = /"cached_tokens"\s*:\s*(\d+)/
const reasoning = /"reasoning_tokens"\s*:\s*(\d+)/

/** What a request has used; of its answer only the two counts that the gateway keeps nowhere. */
export function usageOfAnswer(answer: Buffer, usage: Usage | undefined): BatchUsage {
  const read = (pattern: RegExp, name: string): number => (answer.includes(name) ? Number(pattern.exec(answer.toString('latin1'))?.[1] ?? 0) : 0)
  return { inputTokens: usage?.promptTokens ?? 0, outputTokens: usage?.completionTokens ?? 0, cachedTokens: read(cached, '"cached_tokens"'), reasoningTokens: read(reasoning, '"reasoning_tokens"') }
}
