/** Fields of an assistant's message in which servers take its earlier reasoning back. */
export const reasoningFields = ['reasoning', 'reasoning_content'] as const
export type ReasoningField = (typeof reasoningFields)[number]

/** How a server takes what not all of those that speak Chat Completions take alike; absent: as most do. */
export interface ChatForm {
  /** By default both: vLLM and Ollama read the first, llama-server and DeepSeek the second, and what one does not know it passes over. */
  readonly reasoningFields?: readonly ReasoningField[]
  /** By default the older one, which all of them but OpenAI's newer models take. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens'
  /** Characters that `user` may have; absent: any number. */
  readonly longestUser?: number
}
