import type { Message } from '@shared/domain/conversation'

/** Tokens a second of an answer that has ended, from its first token to its last; undefined where it is too short to say. */
export function tokensPerSecond(message: Pick<Message, 'usage' | 'timing'>): number | undefined {
  const { usage, timing } = message
  if (!usage || !timing || usage.completionTokens < 2 || timing.streamMs <= 0) return undefined
  return ((usage.completionTokens - 1) * 1000) / timing.streamMs
}

/**
 * A count for a text whose server did not give one: most servers send one token an event, and a token of English
 * is about four characters; the larger of both.
 */
export function estimateTokens(characters: number, events = 0): number {
  return Math.max(events, Math.ceil(characters / 4))
}
