import type { MessagesRequest } from '@shared/anthropic/messages'
import type { Effort } from '../conversation'

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

/** The budget has to be under `maxTokens`; where no room is left there is no thinking. */
export function writeThinking(effort: Effort | undefined, maxTokens: number | undefined): { type: 'disabled' } | { type: 'enabled'; budget_tokens: number } | undefined {
  if (effort === undefined) return undefined
  if (effort === 'none') return { type: 'disabled' }
  const wanted = budgets.find(([name]) => name === effort)?.[1] ?? leastBudget
  const tokens = maxTokens === undefined ? wanted : Math.min(wanted, maxTokens - 1)
  return tokens < leastBudget ? undefined : { type: 'enabled', budget_tokens: tokens }
}
