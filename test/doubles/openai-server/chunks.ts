export interface Asked {
  readonly model: string
  readonly text: string
  readonly isStreamed: boolean
  readonly includesUsage: boolean
}

const created = 1_750_000_000

export const tokensOf = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? []

export function usageOf(asked: Asked, tokens: number): object {
  const promptTokens = tokensOf(asked.text).length
  return { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens }
}

export const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`
export const done = 'data: [DONE]\n\n'

export function contentChunk(asked: Asked, content: string, index: number): object {
  return chunk(asked, [{ index: 0, delta: index === 0 ? { role: 'assistant', content } : { content }, finish_reason: null }])
}

export function lastChunk(asked: Asked): object {
  return chunk(asked, [{ index: 0, delta: {}, finish_reason: 'stop' }])
}

export function chunk(asked: Asked, choices: readonly object[]): object {
  return { id: 'chatcmpl-double', object: 'chat.completion.chunk', created, model: asked.model, choices }
}

export function wholeAnswer(asked: Asked, text: string): object {
  return {
    id: 'chatcmpl-double',
    object: 'chat.completion',
    created,
    model: asked.model,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: usageOf(asked, tokensOf(text).length),
  }
}
