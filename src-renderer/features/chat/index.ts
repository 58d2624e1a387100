export { ChatPage } from './chat-page'
export { chatPath, newChatPath } from './paths'
export { useConversationActions } from './sidebar/use-conversation-actions'
