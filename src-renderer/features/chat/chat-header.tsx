import { Menu } from '@renderer/ui/menu'
import { IconButton } from '@renderer/ui/icon-button'
import type { Conversation } from '@shared/domain/conversation'
import { Ellipsis, Pin, PinOff, Trash2, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useConversationActions } from './sidebar/use-conversation-actions'

export interface ChatHeaderProps {
  readonly conversation: Conversation | undefined
  /** Stands before the title. */
  readonly children: ReactNode
}

export function ChatHeader({ conversation, children }: ChatHeaderProps) {
  const actions = useConversationActions()
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-line px-3">
      {children}
      <h1 className="min-w-0 flex-1 truncate px-1 text-sm font-medium">{conversation?.title ?? 'New chat'}</h1>
      {conversation?.deletedAtMs !== undefined && <span className="text-xs text-ink-mute">In the trash</span>}
      {conversation !== undefined && (
        <Menu
          trigger={<IconButton icon={Ellipsis} label="Actions for this conversation" />}
          items={
            conversation.deletedAtMs === undefined
              ? [
                  { label: conversation.isPinned ? 'Unpin' : 'Pin', icon: conversation.isPinned ? PinOff : Pin, onSelect: () => actions.togglePin(conversation) },
                  { label: 'Delete', icon: Trash2, isDangerous: true, onSelect: () => actions.remove(conversation) },
                ]
              : [{ label: 'Take out of the trash', icon: Undo2, onSelect: () => actions.restore(conversation) }]
          }
        />
      )}
    </header>
  )
}
