export const newChatPath = '/chat'

/** The address of a conversation, and of a message to jump to in it. */
export function chatPath(conversationId: string, messageId?: string): string {
  return messageId === undefined ? `${newChatPath}/${conversationId}` : `${newChatPath}/${conversationId}/${messageId}`
}

export interface ChatPlace {
  /** Absent for a chat that does not exist yet. */
  readonly conversationId?: string
  readonly messageId?: string
}

/** Reads an address made by `chatPath`. */
export function readChatPath(path: string): ChatPlace {
  const [conversationId, messageId] = path.slice(newChatPath.length + 1).split('/')
  return {
    ...(conversationId !== undefined && conversationId !== '' && { conversationId }),
    ...(messageId !== undefined && messageId !== '' && { messageId }),
  }
}
