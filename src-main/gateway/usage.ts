import { z } from 'zod'
import type { Usage } from '@shared/domain/usage'
import { wireUsage } from '@shared/openai/chat'

const chunkWithUsage = z.object({ usage: wireUsage, choices: z.array(z.unknown()).optional() })

/** Usage as the wire has it in a whole answer or a chunk of a stream; `isAlone`: no choices come with it. */
export function readUsage(data: string): { readonly usage: Usage; readonly isAlone: boolean } | undefined {
  let json: unknown
  try {
    json = JSON.parse(data)
  } catch {
    return undefined
  }
  return usageOf(json)
}

export function usageOf(json: unknown): { readonly usage: Usage; readonly isAlone: boolean } | undefined {
  const parsed = chunkWithUsage.safeParse(json).data
  if (parsed === undefined) return undefined
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: totalTokens } = parsed.usage
  return { usage: { promptTokens, completionTokens, totalTokens, isEstimated: false }, isAlone: (parsed.choices?.length ?? 0) === 0 }
}
