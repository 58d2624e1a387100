import { z } from 'zod'
import type { Operation } from '@shared/domain/model'
import type { Usage } from '@shared/domain/usage'

const typedUsage = z.object({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
})
const answerWithUsage = z.object({ usage: typedUsage })
/** Where the events of Responses and Messages have it: at the top, or in the answer or message that they hold. */
const eventWithUsage = z.object({ usage: typedUsage.nullish(), response: z.object({ usage: typedUsage.nullish() }).nullish(), message: z.object({ usage: typedUsage.nullish() }).nullish() })

/** Usage as the wire has it in a whole answer or a chunk of a stream; `isAlone`: no choices come with it. */
export function readUsage(data: string): { readonly usage: Usage; readonly isAlone: boolean } | undefined {
  return usageOf(parse(data))
}

export function usageOf(json: unknown): { readonly usage: Usage; readonly isAlone: boolean } | undefined {
  // By hand, since every answer comes by here and a schema costs as much as the rest of it.
  if (!isObject(json)) return undefined
  const { usage, choices = [] } = json
  if (!isObject(usage)) return undefined
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens = 0, total_tokens: totalTokens } = usage
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number' || typeof totalTokens !== 'number' || !Array.isArray(choices)) return undefined
  return { usage: { promptTokens, completionTokens, totalTokens, isEstimated: false }, isAlone: choices.length === 0 }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

const isTyped = (operation: Operation): boolean => operation === 'responses' || operation === 'messages'

/** Of a whole answer. */
export function usageOfAnswer(operation: Operation, json: unknown): Usage | undefined {
  if (!isTyped(operation)) return usageOf(json)?.usage
  return joined(undefined, answerWithUsage.safeParse(json).data?.usage)
}

/** Gathers usage from the events of a stream: Messages says the prompt's at its beginning and the answer's at its end; until then it is marked as estimated. */
export function createUsageMeter(operation: Operation): { see(data: string): void; readonly usage: Usage | undefined } {
  let usage: Usage | undefined
  return {
    see(data) {
      if (!data.includes('"usage"')) return
      if (!isTyped(operation)) {
        usage = readUsage(data)?.usage ?? usage
        return
      }
      const event = eventWithUsage.safeParse(parse(data)).data
      const final = event?.usage ?? event?.response?.usage
      usage = joined(usage, final ?? event?.message?.usage, final == null)
    },
    get usage() {
      return usage
    },
  }
}

/** Anthropic counts cached tokens beside the input's, OpenAI among them. */
function joined(before: Usage | undefined, said: z.infer<typeof typedUsage> | null | undefined, isEstimated = false): Usage | undefined {
  if (said == null) return before
  const input = said.input_tokens == null ? undefined : said.input_tokens + (said.cache_read_input_tokens ?? 0) + (said.cache_creation_input_tokens ?? 0)
  const promptTokens = Math.max(input ?? 0, before?.promptTokens ?? 0)
  const completionTokens = said.output_tokens ?? before?.completionTokens ?? 0
  return { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens, isEstimated }
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
