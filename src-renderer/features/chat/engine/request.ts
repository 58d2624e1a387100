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

/** `max_tokens`, though newer names exist: it is the one that every server knows. */
export function toRequest({ model }: ModelChoice, messages: WireMessage[], parameters: ChatParameters): OpenAI.ChatCompletionCreateParamsStreaming {
  const { temperature, topP, maxTokens, seed } = parameters
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...onlySet({ temperature, top_p: topP, max_tokens: maxTokens, seed }),
  }
}

function onlySet(values: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
