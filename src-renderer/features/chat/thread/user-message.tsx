import type { BranchMessage } from '@renderer/db'
import { Button } from '@renderer/ui/button'
import { CopyButton } from '@renderer/ui/copy-button'
import { IconButton } from '@renderer/ui/icon-button'
import { Pencil } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useChatEngine } from '../engine'
import { tell } from '@renderer/ui/tell'
import { BranchWalker } from './branch-walker'

export interface UserMessageProps {
  readonly message: BranchMessage
  /** Counts from 1. */
  readonly turn: number
}

export function UserMessage({ message, turn }: UserMessageProps) {
  const [isEditing, setIsEditing] = useState(false)
  const pencil = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(false)
  useEffect(() => {
    if (wasEditing.current && !isEditing) pencil.current?.focus()
    wasEditing.current = isEditing
  }, [isEditing])
  if (isEditing) return <QuestionEditor message={message} onEnd={() => setIsEditing(false)} />
  return (
    <section className="group flex flex-col items-end gap-0.5" aria-label={`Your message ${turn}`}>
      <h2 className="sr-only">You</h2>
      <div className="max-w-[85%] rounded-xl border border-line bg-sunken px-4 py-2.5 text-base wrap-anywhere whitespace-pre-wrap">{message.content}</div>
      <div className="flex h-7 items-center gap-0.5">
        <div className="flex opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100">
          <CopyButton text={() => message.content} label="Copy message" />
          <IconButton ref={pencil} icon={Pencil} label="Edit message" size="small" onClick={() => setIsEditing(true)} />
        </div>
        <BranchWalker message={message} />
      </div>
    </section>
  )
}

function QuestionEditor({ message, onEnd }: { readonly message: BranchMessage; readonly onEnd: () => void }) {
  const engine = useChatEngine()
  const [text, setText] = useState(message.content)
  const isSendable = text.trim() !== ''
  const send = () => {
    if (!isSendable) return
    engine.edit(message.id, text).then(onEnd, tell)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onEnd()
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send()
    event.stopPropagation()
  }
  return (
    <section className="flex flex-col gap-2" aria-label="Edit your message">
      <textarea
        autoFocus
        aria-label="Edited message"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={press}
        className="field-sizing-content max-h-96 min-h-20 w-full resize-none rounded-xl border border-control bg-canvas px-4 py-2.5 text-base focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0"
      />
      <div className="flex items-center justify-end gap-2">
        <span className="flex-1 text-xs text-ink-mute">The old version stays; arrows under the message lead back to it.</span>
        <Button look="quiet" onClick={onEnd}>
          Cancel
        </Button>
        <Button look="primary" disabled={!isSendable} onClick={send}>
          Save and send
        </Button>
      </div>
    </section>
  )
}
