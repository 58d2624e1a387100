import type { StreamView } from '@renderer/features/chat/engine'
import { tokensPerSecond } from '@renderer/features/chat/engine/speed'
import { readMeter } from '@renderer/features/chat/composer/read-meter'
import type { Message } from '@shared/domain/conversation'
import { expect, it } from 'vitest'

const question: Message = { id: 'q', conversationId: 'c', role: 'user', content: 'x'.repeat(40), state: 'complete', createdAtMs: 1 }
const answer: Message = {
  ...question,
  id: 'a',
  role: 'assistant',
  choice: { model: 'm', cluster: 'lab' },
  usage: { promptTokens: 100, completionTokens: 51, isEstimated: false },
  timing: { firstTokenMs: 200, streamMs: 1000 },
}

it('tells of the last answer, and of the context it left', () => {
  expect(readMeter([question, answer], undefined, tokensPerSecond)).toEqual({ answerTokens: 51, isEstimated: false, tokensPerS: 50, firstTokenMs: 200, servedBy: 'lab', usedTokens: 151 })
})

it('adds an estimate of what no server has counted yet', () => {
  expect(readMeter([question, answer, { ...question, id: 'q2' }], undefined, tokensPerSecond).usedTokens).toBe(161)
})

it('tells of the answer that grows while one does', () => {
  const stream: StreamView = { messageId: 'b', conversationId: 'c', content: '', reasoning: '', phase: 'answering', startedAtMs: 1000, firstTokenAtMs: 1300, estimatedTokens: 7, tokensPerS: 20, cluster: 'far' }
  expect(readMeter([question, answer], stream, tokensPerSecond)).toEqual({ answerTokens: 7, isEstimated: true, tokensPerS: 20, firstTokenMs: 300, servedBy: 'far', usedTokens: 158 })
})

it('says nothing of a chat without answers', () => {
  expect(readMeter([], undefined, tokensPerSecond)).toEqual({ isEstimated: false, usedTokens: 0 })
})
