import { IconButton } from '@renderer/ui/icon-button'
import { Clock, X } from 'lucide-react'
import { useChatEngine, useQueuedSends } from '../engine'
import { tell } from '@renderer/ui/tell'

export interface SendQueueProps {
  readonly conversationId: string | undefined
  /** Gets the text of a message that was taken back. */
  readonly onTakeBack: (text: string) => void
}

/** What was sent while an answer streams, in the order it will go. */
export function SendQueue({ conversationId, onTakeBack }: SendQueueProps) {
  const engine = useChatEngine()
  const queued = useQueuedSends(conversationId)
  if (queued.length === 0) return null
  const takeBack = (id: string, of: string) => {
    engine.cancelQueued(of, id).then((text) => text !== undefined && onTakeBack(text), tell)
  }
  return (
    <ul aria-label="Waiting to be sent" className="mb-2 flex flex-col gap-1">
      {queued.map(({ id, text, conversationId: of }) => (
        <li key={id} className="flex items-center gap-2 rounded-lg border border-dashed border-line py-0.5 pr-0.5 pl-3 text-sm text-ink-soft">
          <Clock className="size-3.5 shrink-0 text-ink-mute" strokeWidth={1.75} aria-hidden />
          <span className="min-w-0 flex-1 truncate">{text}</span>
          <IconButton icon={X} label="Take back into the field" size="small" onClick={() => takeBack(id, of)} />
        </li>
      ))}
    </ul>
  )
}
