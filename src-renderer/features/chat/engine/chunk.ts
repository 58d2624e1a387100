import { z } from 'zod'
import { wireUsage } from '@shared/openai/chat'
import { FirstError } from '@shared/errors'

const text = z.string().nullish()

/** One event of a streamed chat completion; what servers add passes by. vLLM names the reasoning `reasoning_content`, newer ones `reasoning`. */
const wireChunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: text, reasoning: text, reasoning_content: text }).nullish(),
        finish_reason: text,
      }),
    )
    .default([]),
  usage: wireUsage.nullish(),
})

export interface AnswerPiece {
  readonly content: string
  readonly reasoning: string
  readonly finishReason?: string
  readonly usage?: { readonly promptTokens: number; readonly completionTokens: number }
}

/** Throws `upstream_garbled` for what is not a chunk. */
export function readChunk(chunk: unknown): AnswerPiece {
  const parsed = wireChunk.safeParse(chunk)
  if (!parsed.success) throw new FirstError('upstream_garbled', 'The answer holds an event that is not a chat completion chunk.', { cause: parsed.error })
  const { choices, usage } = parsed.data
  const choice = choices[0]
  return {
    content: choice?.delta?.content ?? '',
    reasoning: choice?.delta?.reasoning ?? choice?.delta?.reasoning_content ?? '',
    ...(choice?.finish_reason && { finishReason: choice.finish_reason }),
    ...(usage && { usage: { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens } }),
  }
}
