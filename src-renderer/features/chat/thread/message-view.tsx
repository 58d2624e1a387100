import type { BranchMessage } from '@renderer/db'
import { memo } from 'react'
import { AssistantMessage } from './assistant-message'
import { UserMessage } from './user-message'

export interface MessageViewProps {
  readonly message: BranchMessage
  readonly isLast: boolean
}

export const MessageView = memo(function MessageView({ message, isLast }: MessageViewProps) {
  return message.role === 'user' ? <UserMessage message={message} /> : <AssistantMessage message={message} isLast={isLast} />
})
