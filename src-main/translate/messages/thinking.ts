import type { MessagesRequest } from '@shared/anthropic/messages'
import type { Conversation, Effort, Turn } from '../conversation'
import { isSigned } from '../signed'

/** Tokens to think for each effort: Messages counts them, the other protocols name them. */
const budgets: readonly (readonly [Effort, number])[] = [
  ['minimal', 1024],
  ['low', 2048],
  ['medium', 8192],
  ['high', 16384],
  ['xhigh', 32768],
  ['max', 65536],
]
const leastBudget = 1024

export function readEffort({ thinking, output_config: config }: Pick<MessagesRequest, 'thinking' | 'output_config'>): Effort | undefined {
  if (thinking?.type === 'disabled') return 'none'
  if (config?.effort != null) return config.effort
  if (thinking?.type !== 'enabled') return undefined
  return budgets.find(([, tokens]) => thinking.budget_tokens <= tokens)?.[0] ?? 'max'
}

/**
 * What of the effort asked for the protocol takes; undefined where it takes none: with a forced tool, without room for it (the budget has to be
 * under `maxTokens`), and where the calls that were answered last came without signed reasoning, which the server wants back before them
 * while it thinks (Anthropic's manual, "Extended thinking", "Preserving thinking blocks").
 */
export function writeThinking({ effort, maxTokens, toolChoice, turns }: Conversation): { type: 'disabled' } | { type: 'enabled'; budget_tokens: number } | undefined {
  if (effort === undefined) return undefined
  if (effort === 'none') return { type: 'disabled' }
  if (toolChoice?.kind === 'required' || toolChoice?.kind === 'tool' || hasUnsignedCalls(turns)) return undefined
  const wanted = budgets.find(([name]) => name === effort)?.[1] ?? leastBudget
  const tokens = maxTokens === undefined ? wanted : Math.min(wanted, maxTokens - 1)
  return tokens < leastBudget ? undefined : { type: 'enabled', budget_tokens: tokens }
}

function hasUnsignedCalls(turns: readonly Turn[]): boolean {
  const last = turns.findLast(({ role }) => role === 'assistant')
  return last?.role === 'assistant' && last.parts.some(({ kind }) => kind === 'call') && !last.parts.some(isSigned)
}
