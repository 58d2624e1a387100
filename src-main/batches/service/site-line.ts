import { z } from 'zod'
import type { BatchUsage } from '@shared/domain/batch'
import type { LineResult } from '../run/result-line'
import type { BatchLine } from '../run/run-batch'

const resultLine = z.looseObject({
  custom_id: z.string(),
  response: z.looseObject({ status_code: z.number().int(), request_id: z.string().nullish(), body: z.unknown() }).nullish(),
  error: z.looseObject({ code: z.unknown(), message: z.string().nullish() }).nullish(),
})
const tokens = z.number().int().nonnegative().catch(0)
/** Chat Completions' names and Responses'. */
const answerUsage = z.looseObject({
  usage: z.looseObject({
    prompt_tokens: tokens,
    completion_tokens: tokens,
    input_tokens: tokens,
    output_tokens: tokens,
    prompt_tokens_details: z.looseObject({ cached_tokens: tokens }).nullish(),
    completion_tokens_details: z.looseObject({ reasoning_tokens: tokens }).nullish(),
  }),
})

export interface SiteResult {
  readonly result: LineResult
  readonly usage: BatchUsage | undefined
}

/** Not of the request, but of the batch there: such a line is still to be done. */
const undone: ReadonlySet<unknown> = new Set(['batch_expired', 'batch_cancelled'])

/** A request as a site gets it: its id says which one it is, so that no table of ids is needed when the results come. */
export const siteRequest = ({ index, customId, fields }: BatchLine, url: string): string => `${JSON.stringify({ custom_id: `${index}:${customId}`, method: 'POST', url, body: unstreamed(fields) })}\n`

const unstreamed = (fields: BatchLine['fields']): object => Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'stream' && name !== 'stream_options'))

/**
 * A line of a site's results as ours; vLLM's `run_batch`, which gives failures an error beside their response, too.
 * @returns undefined for a line that is none, or that says that its request was not done
 */
export function readSiteLine(text: string): SiteResult | undefined {
  const { data } = resultLine.safeParse(parse(text))
  const [, digits, customId] = /^(\d{1,9}):(.*)$/s.exec(data?.custom_id ?? '') ?? []
  if (data === undefined || digits === undefined || customId === undefined || undone.has(data.error?.code)) return undefined
  const line = { index: Number(digits), customId }
  const { response, error } = data
  if (response != null) {
    const body = Buffer.from(JSON.stringify(response.body ?? null))
    return { result: { ...line, response: { status: response.status_code, requestId: response.request_id ?? '', body } }, usage: usageOf(response.body) }
  }
  return error == null ? undefined : { result: { ...line, error: { code: typeof error.code === 'string' ? error.code : 'upstream_error', message: error.message ?? 'The site gave no reason.' } }, usage: undefined }
}

/** What the answer in a line of results says that it has used. */
export const usageOfLine = (text: string): BatchUsage | undefined => usageOf(resultLine.safeParse(parse(text)).data?.response?.body)

function usageOf(body: unknown): BatchUsage | undefined {
  const usage = answerUsage.safeParse(body).data?.usage
  return usage && {
    inputTokens: usage.prompt_tokens || usage.input_tokens,
    outputTokens: usage.completion_tokens || usage.output_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
