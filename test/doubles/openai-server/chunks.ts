import { tokensOf, type Asked } from '../scripted/wire'

export { tokensOf, type Asked }

export function usageOf(asked: Asked, tokens: number): object {
  const promptTokens = tokensOf(asked.text).length
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens }
}
