import { useClusters } from '@renderer/db'
import { cn } from '@renderer/ui/cn'
import { StatusShape } from '@renderer/ui/status-mark'
import { useState } from 'react'
import { canAnswer, shortName } from '../model-picker/choose-model'
import type { Chat } from '../use-chat'
import { StartNote } from './start-note'

interface Note {
  readonly text: string
  readonly isWarning: boolean
}

export interface ModelNoteProps {
  readonly chat: Chat
  readonly conversationId: string | undefined
}

/** What a person should know of the model before they send; nothing where it is simply there. */
export function ModelNote({ chat, conversationId }: ModelNoteProps) {
  const { isLive } = useClusters()
  const { model, missing } = chat
  const key = model === undefined ? '' : `${model.cluster} ${model.id}`
  const [started, setStarted] = useState<string>()
  // What was kept from last time is no news of where a start has got to.
  if (isLive && missing === undefined && model !== undefined && (model.status === 'starting' || model.status === 'queued' || model.status === 'offline')) {
    if (started !== key) setStarted(key)
    return <StartNote key={key} chat={chat} model={model} conversationId={conversationId} />
  }
  // The line stays, so that the composer does not move under the hand when the start is over.
  if (started === key && model?.status === 'live')
    return (
      <p role="status" className="flex min-h-7.5 items-center gap-2 px-2 pt-1.5 text-xs text-ink-mute">
        <StatusShape status="live" />
        {shortName(model.id)} is live.
      </p>
    )
  const note = noteOf(chat)
  if (note === undefined) return null
  return (
    <p role="status" className={cn('px-2 pt-1.5 text-xs', note.isWarning ? 'text-wait' : 'text-ink-mute')}>
      {note.text}
    </p>
  )
}

function noteOf({ model, missing }: Chat): Note | undefined {
  if (missing !== undefined) {
    const gone = `${shortName(missing.model)} is not listed${missing.cluster === undefined ? '' : ` by ${missing.cluster}`} now`
    return { text: model === undefined ? `${gone}.` : `${gone}; ${shortName(model.id)} answers in its place.`, isWarning: true }
  }
  if (model === undefined) return undefined
  if (!canAnswer(model)) return { text: model.reason ?? `${shortName(model.id)} cannot answer now; choose another.`, isWarning: true }
  return model.status === 'offline' ? { text: `${shortName(model.id)} is not running; it starts with your message.`, isWarning: false } : undefined
}
