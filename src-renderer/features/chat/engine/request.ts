import type OpenAI from 'openai'
import type { ChatParameters, Message, ModelChoice } from '@shared/domain/conversation'

export type WireMessage = OpenAI.ChatCompletionMessageParam & { content: string }

/** A branch as a model is asked it: no empty answers, and two in a row of one role joined, for templates that want turns. */
export function toWireMessages(systemPrompt: string, branch: readonly Pick<Message, 'role' | 'content'>[]): WireMessage[] {
  const messages: WireMessage[] = systemPrompt.trim() === '' ? [] : [{ role: 'system', content: systemPrompt }]
  for (const { role, content } of branch) {
    if (content === '') continue
    const last = messages.at(-1)
    if (last?.role === role) messages[messages.length - 1] = { role, content: `${last.content}\n\n${content}` }
    else messages.push({ role, content })
  }
  return messages
}

export function toRequest(choice: ModelChoice, messages: WireMessage[], parameters: ChatParameters): OpenAI.ChatCompletionCreateParamsStreaming {
  return {
    model: choice.model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...(parameters.temperature !== undefined && { temperature: parameters.temperature }),
    ...(parameters.topP !== undefined && { top_p: parameters.topP }),
    ...(parameters.maxTokens !== undefined && { max_tokens: parameters.maxTokens }),
    ...(parameters.seed !== undefined && { seed: parameters.seed }),
  }
}
