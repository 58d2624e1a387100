import { onTestFinished } from 'vitest'
import type { Message, ModelChoice } from '@shared/domain/conversation'
import type { Session } from '@shared/rpc/contract'
import { createChatEngine } from '@renderer/features/chat/engine/chat-engine'
import type { ChatEngine, StreamView } from '@renderer/features/chat/engine/types'
import { createGateway } from '@renderer/rpc/gateway'
import { type OpenAiServer, type OpenAiServerOptions, startOpenAiServer } from '../../../doubles/openai-server/openai-server'
import { createTestData, type TestData } from '../db/support'

export const choice: ModelChoice = { model: 'double-model' }

export interface TestChat extends TestData {
  readonly engine: ChatEngine
  readonly server: OpenAiServer
  readonly conversationId: string
  /** Draws one frame: runs what was asked for since the last. */
  drawFrame(): void
  /** Resolves when the answer that streams looks so. */
  streamShows(messageId: string, claim: (view: StreamView) => boolean): Promise<StreamView>
  ask(text: string): Promise<string>
  /** Asks and waits for the end of the answer. */
  answerTo(text: string): Promise<Message>
  message(id: string): Promise<Message>
  texts(): Promise<string[]>
  readonly errors: unknown[]
}

export interface TestChatOptions {
  readonly server?: OpenAiServerOptions
  /** The gateway's address instead of the server's. */
  readonly gatewayUrl?: string
  readonly sessions?: readonly string[]
  /** `by-hand`: `drawFrame` draws. `never`: a hidden window. Default: at once. */
  readonly frames?: 'by-hand' | 'never'
  readonly data?: TestData
}

/** A window's chat against a real server on loopback. Keys of `sessions` are handed out one after the other. */
export async function createTestChat(options: TestChatOptions = {}): Promise<TestChat> {
  const data = options.data ?? (await createTestData())
  const server = await startOpenAiServer(options.server)
  const keys = [...(options.sessions ?? ['key'])]
  const nextSession = (): Promise<Session> => {
    const key = keys.length > 1 ? keys.shift()! : keys[0]!
    return Promise.resolve({ host: 'headless', version: '0', platform: 'test', key, publicUrl: server.url, dataDir: '/', gatewayUrl: options.gatewayUrl ?? server.url })
  }
  let session = await nextSession()
  const gateway = createGateway({
    session: () => Promise.resolve(session),
    refreshSession: async () => (session = await nextSession()),
    state: { getState: () => ({}) },
    pageOrigin: 'http://127.0.0.1',
  })
  let waitingFrames: (() => void)[] = []
  const drawFrame = (): void => {
    const frames = waitingFrames
    waitingFrames = []
    for (const draw of frames) draw()
  }
  const errors: unknown[] = []
  const engine = createChatEngine({
    ...data,
    gateway,
    onError: (cause) => errors.push(cause),
    scheduleFrame(draw) {
      if (options.frames === 'never') return
      waitingFrames.push(draw)
      if (options.frames === undefined) queueMicrotask(drawFrame)
    },
  })
  const conversation = (await data.history.listPage({ shelf: 'open', limit: 1 }))[0] ?? (await data.history.createConversation())
  const conversationId = conversation.id

  onTestFinished(async () => {
    for (const { conversationId: streaming } of Object.values(engine.streams.getState().streams)) await engine.stop(streaming)
    await server.close()
  })

  const message = async (id: string): Promise<Message> => {
    const found = await data.db.messages.get(id)
    if (!found) throw new Error(`There is no message ${id}.`)
    return found
  }
  const ask = async (text: string): Promise<string> => {
    const outcome = await engine.send({ conversationId, text, choice })
    if (outcome.kind !== 'started') throw new Error('The question was queued.')
    return outcome.messageId
  }
  return {
    ...data,
    engine,
    server,
    conversationId,
    drawFrame,
    errors,
    message,
    ask,
    async answerTo(text) {
      const id = await ask(text)
      await engine.whenIdle()
      return message(id)
    },
    texts: async () => (await data.history.branch(conversationId)).map(({ content }) => content),
    streamShows: (messageId, claim) =>
      new Promise((shown) => {
        const check = (): boolean => {
          const view = engine.streams.getState().streams[messageId]
          if (!view || !claim(view)) return false
          shown(view)
          return true
        }
        if (check()) return
        const stop = engine.streams.subscribe(() => {
          if (check()) stop()
        })
      }),
  }
}

/** A promise that a test settles by hand. */
export function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

/** Server-sent events of one chat completion. */
export function events(...chunks: readonly object[]): string {
  return [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'].join('')
}

export function delta(fields: object, finishReason: string | null = null): object {
  return { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: fields, finish_reason: finishReason }] }
}
