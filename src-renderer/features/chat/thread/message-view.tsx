import type { BranchMessage } from '@renderer/db'
import { memo } from 'react'
import { AssistantMessage } from './assistant-message'
import { UserMessage } from './user-message'

export interface MessageViewProps {
  readonly message: BranchMessage
  readonly isLast: boolean
  /** Counts from 1. */
  readonly turn: number
}

export const MessageView = memo(function MessageView({ message, isLast, turn }: MessageViewProps) {
  return message.role === 'user' ? <UserMessage message={message} turn={turn} /> : <AssistantMessage message={message} isLast={isLast} turn={turn} />
})
