import { useLocalData } from '@renderer/db'
import type { Conversation } from '@shared/domain/conversation'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { useLocation } from 'wouter'
import { chatPath, newChatPath, readChatPath } from '../paths'
import { tell } from '@renderer/ui/tell'

export interface ConversationActions {
  rename(conversation: Conversation, title: string): void
  togglePin(conversation: Conversation): void
  /** To the trash, with a way back. */
  remove(conversation: Conversation): void
  restore(conversation: Conversation): void
}

export function useConversationActions(): ConversationActions {
  const { history } = useLocalData()
  const [location, navigate] = useLocation()
  return useMemo(() => {
    const restore = (conversation: Conversation) => {
      history.undoDelete(conversation.id).then(() => navigate(chatPath(conversation.id)), tell)
    }
    return {
      rename: (conversation, title) => void history.rename(conversation.id, title).catch(tell),
      togglePin: (conversation) => void history.setPinned(conversation.id, !conversation.isPinned).catch(tell),
      restore,
      remove(conversation) {
        history.softDelete(conversation.id).then(() => {
          if (readChatPath(location).conversationId === conversation.id) navigate(newChatPath)
          toast(`Deleted “${conversation.title}”`, {
            description: 'Kept in the trash for 30 days.',
            action: { label: 'Undo', onClick: () => restore(conversation) },
          })
        }, tell)
      },
    }
  }, [history, location, navigate])
}
