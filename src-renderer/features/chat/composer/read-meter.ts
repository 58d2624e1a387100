import type { Message } from '@shared/domain/conversation'
import type { StreamView } from '../engine'

/** Latin text has about four letters a token; only for what no server has counted. */
const charsPerToken = 4

export interface MeterReading {
  readonly answerTokens?: number
  readonly isEstimated: boolean
  readonly tokensPerS?: number
  readonly firstTokenMs?: number
  readonly servedBy?: string
  /** Tokens that the next request carries, as far as that is known. */
  readonly usedTokens: number
}

type Speed = (answer: Message) => number | undefined

/** What the meter shows: the answer that grows, else the last one that was given. */
export function readMeter(branch: readonly Message[], stream: StreamView | undefined, speed: Speed): MeterReading {
  const last = branch.findLast(({ role, state }) => role === 'assistant' && state !== 'streaming')
  if (stream !== undefined)
    return {
      answerTokens: stream.estimatedTokens,
      isEstimated: true,
      ...(stream.tokensPerS !== undefined && { tokensPerS: stream.tokensPerS }),
      ...(stream.firstTokenAtMs !== undefined && { firstTokenMs: stream.firstTokenAtMs - stream.startedAtMs }),
      ...(stream.cluster !== undefined && { servedBy: stream.cluster }),
      usedTokens: usedIn(branch) + stream.estimatedTokens,
    }
  const tokensPerS = last && speed(last)
  return {
    isEstimated: last?.usage?.isEstimated ?? false,
    ...(last?.usage && { answerTokens: last.usage.completionTokens }),
    ...(tokensPerS !== undefined && { tokensPerS }),
    ...(last?.timing && { firstTokenMs: last.timing.firstTokenMs }),
    ...(last?.choice?.cluster !== undefined && { servedBy: last.choice.cluster }),
    usedTokens: usedIn(branch),
  }
}

/** The last count a server gave, and an estimate of what came after it. */
function usedIn(branch: readonly Message[]): number {
  const counted = branch.findLastIndex(({ usage }) => usage !== undefined)
  const usage = branch[counted]?.usage
  const letters = branch.slice(counted + 1).reduce((sum, { content }) => sum + content.length, 0)
  return (usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0) + Math.ceil(letters / charsPerToken)
}
