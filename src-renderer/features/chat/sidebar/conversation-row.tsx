import { cn } from '@renderer/ui/cn'
import { IconButton } from '@renderer/ui/icon-button'
import { Menu } from '@renderer/ui/menu'
import type { Conversation } from '@shared/domain/conversation'
import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react'
import { memo, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Link } from 'wouter'
import { useStreamingMessageId } from '../engine'
import { chatPath } from '../paths'
import type { ConversationActions } from './use-conversation-actions'

export interface ConversationRowProps {
  readonly conversation: Conversation
  readonly isSelected: boolean
  readonly actions: ConversationActions
}

export const ConversationRow = memo(function ConversationRow({ conversation, isSelected, actions }: ConversationRowProps) {
  const [isRenaming, setIsRenaming] = useState(false)
  const link = useRef<HTMLAnchorElement>(null)
  const wasEndedByKey = useRef(false)
  useEffect(() => {
    if (!isRenaming && wasEndedByKey.current) link.current?.focus()
    wasEndedByKey.current = false
  }, [isRenaming])
  const isStreaming = useStreamingMessageId(conversation.id) !== undefined
  if (isRenaming)
    return (
      <TitleField
        title={conversation.title}
        onEnd={(title, isByKey = false) => {
          wasEndedByKey.current = isByKey
          setIsRenaming(false)
          if (title !== undefined) actions.rename(conversation, title)
        }}
      />
    )
  const press = (event: KeyboardEvent) => {
    if (event.key === 'F2') setIsRenaming(true)
    if (event.key === 'Delete') actions.remove(conversation)
  }
  return (
    <div className={cn('group relative flex h-8 items-center rounded-md', isSelected ? 'bg-selected' : 'hover:bg-hover')}>
      <Link
        ref={link}
        href={chatPath(conversation.id)}
        data-conversation
        aria-current={isSelected ? 'page' : undefined}
        onKeyDown={press}
        onDoubleClick={() => setIsRenaming(true)}
        title={conversation.title}
        className={cn('flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-sm', isSelected ? 'text-ink' : 'text-ink-soft')}
      >
        <span className="truncate group-focus-within:pr-7 group-hover:pr-7 group-has-data-[state=open]:pr-7">{conversation.title}</span>
        {isStreaming && <span role="img" aria-label="answering" className="size-1.5 shrink-0 animate-beat rounded-full bg-accent" />}
      </Link>
      <Menu
        items={[
          { label: 'Rename', icon: Pencil, keys: 'F2', onSelect: () => setIsRenaming(true) },
          { label: conversation.isPinned ? 'Unpin' : 'Pin', icon: conversation.isPinned ? PinOff : Pin, onSelect: () => actions.togglePin(conversation) },
          { label: 'Delete', icon: Trash2, keys: 'Del', isDangerous: true, onSelect: () => actions.remove(conversation) },
        ]}
        trigger={
          <IconButton
            icon={Ellipsis}
            label={`Actions for ${conversation.title}`}
            size="small"
            className="absolute right-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100"
          />
        }
      />
    </div>
  )
})

function TitleField({ title, onEnd }: { readonly title: string; readonly onEnd: (title?: string, isByKey?: boolean) => void }) {
  const [text, setText] = useState(title)
  const press = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === 'Enter') onEnd(text, true)
    if (event.key === 'Escape') onEnd(undefined, true)
  }
  return (
    <input
      autoFocus
      aria-label="Title"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={() => onEnd(text)}
      onKeyDown={press}
      className="h-8 w-full rounded-md border border-accent bg-canvas px-2 text-sm focus-visible:outline-none"
    />
  )
}
