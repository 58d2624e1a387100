import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { ChatEngine, QueuedSend, StreamView } from './types'

export const ChatEngineContext = createContext<ChatEngine | undefined>(undefined)

/** Throws outside of `<ChatEngineContext value={engine}>`. */
export function useChatEngine(): ChatEngine {
  const engine = useContext(ChatEngineContext)
  if (!engine) throw new Error('useChatEngine needs <ChatEngineContext value={engine}> above it.')
  return engine
}

/** The growing answer of a message, or undefined when it does not stream in this window. */
export function useStream(messageId: string): StreamView | undefined {
  return useStore(useChatEngine().streams, (state) => state.streams[messageId])
}

/** Id of the message that streams in a conversation; changes only when a stream begins or ends. */
export function useStreamingMessageId(conversationId: string | undefined): string | undefined {
  return useStore(useChatEngine().streams, (state) => Object.values(state.streams).find((stream) => stream.conversationId === conversationId && stream.phase !== 'ended')?.messageId)
}

/** Id of the message of a conversation that was sent and of which nothing has come yet. */
export function useWaitingMessageId(conversationId: string | undefined): string | undefined {
  return useStore(useChatEngine().streams, (state) => Object.values(state.streams).find((stream) => stream.conversationId === conversationId && stream.phase === 'waiting')?.messageId)
}

const none: readonly QueuedSend[] = []

/** What waits to be sent in a conversation, next first. */
export function useQueuedSends(conversationId: string | undefined): readonly QueuedSend[] {
  return useStore(useChatEngine().streams, (state) => (conversationId === undefined ? none : (state.queued[conversationId] ?? none)))
}
