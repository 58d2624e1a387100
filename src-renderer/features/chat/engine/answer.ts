import type OpenAI from 'openai'
import type { ChatParameters, Message, ModelChoice } from '@shared/domain/conversation'
import { FirstError } from '@shared/errors'
import type { AnswerEnd } from '../../../db/answers'
import { clusterHeader, type Gateway } from '../../../rpc/gateway'
import { isKeyRefused, toAnswerError } from './answer-error'
import { type AnswerPiece, readChunk } from './chunk'
import type { GrowingAnswer } from './growing-answer'
import { toRequest, type WireMessage } from './request'
import { estimateTokens } from './speed'

export interface AnswerRequest {
  readonly choice: ModelChoice
  readonly messages: WireMessage[]
  readonly parameters: ChatParameters
  /** The message that is gone on with, for its counts. */
  readonly prior?: Message
}

type Ended = Partial<Omit<AnswerPiece, 'content' | 'reasoning'>>

/** Streams one answer into `growing` and gives how it ended. Never rejects: what goes wrong is part of the end. */
export async function streamAnswer(gateway: Gateway, request: AnswerRequest, growing: GrowingAnswer, signal: AbortSignal): Promise<AnswerEnd> {
  const ended: { -readonly [K in keyof Ended]: Ended[K] } = {}
  let failure: unknown
  try {
    for await (const chunk of await openStream(gateway, request, growing, signal)) {
      const { content, reasoning, ...rest } = readChunk(chunk)
      growing.add({ content, reasoning })
      Object.assign(ended, rest)
    }
    if (!signal.aborted && ended.finishReason === undefined) throw new FirstError('answer_cut', 'The answer ended before it was complete.')
  } catch (cause) {
    failure = cause
  }
  return { ...textOf(growing), ...stateOf(failure, growing, signal), ...countsOf(request, ended, growing), choice: servedChoice(request.choice, growing), ...finish(ended) }
}

async function openStream(gateway: Gateway, request: AnswerRequest, growing: GrowingAnswer, signal: AbortSignal): Promise<AsyncIterable<unknown>> {
  const body = toRequest(request.choice, request.messages, request.parameters)
  const ask = async (client: OpenAI): Promise<AsyncIterable<unknown>> => {
    const { data, response } = await client.chat.completions.create(body, { signal }).withResponse()
    const cluster = response.headers.get(clusterHeader)
    if (cluster) growing.servedBy(cluster)
    return data
  }
  try {
    return await ask(await gateway.client(request.choice, signal))
  } catch (cause) {
    if (!isKeyRefused(cause) || signal.aborted) throw cause
    // The core was started again since: its keys live as long as it does.
    await gateway.refresh()
    return ask(await gateway.client(request.choice, signal))
  }
}

function textOf({ view }: GrowingAnswer): Pick<AnswerEnd, 'content' | 'reasoning'> {
  return { content: view.content, ...(view.reasoning !== '' && { reasoning: view.reasoning }) }
}

function stateOf(failure: unknown, { view }: GrowingAnswer, signal: AbortSignal): Pick<AnswerEnd, 'state' | 'error'> {
  if (signal.aborted) return { state: 'stopped' }
  if (failure === undefined) return { state: 'complete' }
  const error = toAnswerError(failure)
  // Cut with some text there is an answer to go on with; anything else is a failure that names its reason.
  return { state: error.code === 'answer_cut' && view.firstTokenAtMs !== undefined ? 'interrupted' : 'failed', error }
}

function countsOf({ messages, prior }: AnswerRequest, ended: Ended, { view }: GrowingAnswer): Pick<AnswerEnd, 'usage' | 'timing'> {
  if (view.firstTokenAtMs === undefined) return {}
  const streamMs = (view.lastTokenAtMs ?? view.firstTokenAtMs) - view.firstTokenAtMs
  const promptTokens = ended.usage?.promptTokens ?? estimateTokens(messages.reduce((sum, { content }) => sum + content.length, 0))
  const before = countBefore(prior)
  const completionTokens = ended.usage?.completionTokens ?? view.estimatedTokens
  return {
    usage: {
      promptTokens,
      completionTokens: before.completionTokens + completionTokens,
      isEstimated: ended.usage === undefined || before.isEstimated,
    },
    timing: {
      firstTokenMs: prior?.timing?.firstTokenMs ?? view.firstTokenAtMs - view.startedAtMs,
      streamMs: (prior?.timing?.streamMs ?? 0) + streamMs,
      ...reasoningTime(prior?.timing?.reasoningMs, view),
    },
  }
}

/** Of an answer that goes on, the reasoning was done before. */
function reasoningTime(priorMs: number | undefined, { reasoning, firstTokenAtMs, answerAtMs }: GrowingAnswer['view']): { readonly reasoningMs?: number } {
  if (priorMs !== undefined) return { reasoningMs: priorMs }
  return reasoning === '' || firstTokenAtMs === undefined || answerAtMs === undefined ? {} : { reasoningMs: answerAtMs - firstTokenAtMs }
}

/** Tokens of the part that is gone on with; estimated where it was cut before its count came. */
function countBefore(prior: Message | undefined): { completionTokens: number; isEstimated: boolean } {
  if (prior?.usage) return prior.usage
  const characters = (prior?.content.length ?? 0) + (prior?.reasoning?.length ?? 0)
  return { completionTokens: estimateTokens(characters), isEstimated: characters > 0 }
}

function servedChoice(asked: ModelChoice, { view }: GrowingAnswer): ModelChoice {
  return view.cluster === undefined ? asked : { model: asked.model, cluster: view.cluster }
}

function finish({ finishReason }: Ended): Pick<AnswerEnd, 'finishReason'> {
  return finishReason === undefined ? {} : { finishReason }
}
