import type { ReactNode } from 'react'
import { bytes, counted } from './format'
import { RelativeTime } from './relative-time'

export interface BackupRowProps {
  readonly takenAtMs: number
  readonly sizeBytes: number
  readonly conversations: number
  readonly messages: number
  readonly action: ReactNode
}

/** One snapshot of the conversations: when, how much, and what to do with it. */
export function BackupRow({ takenAtMs, sizeBytes, conversations, messages, action }: BackupRowProps) {
  return (
    <div className="flex items-center gap-4 px-4 py-2.5 text-sm tabular-nums">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{new Date(takenAtMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}</p>
        <p className="text-xs text-ink-mute">
          <RelativeTime atMs={takenAtMs} />, {counted(conversations, 'conversation')}, {counted(messages, 'message')}, {bytes(sizeBytes)}
        </p>
      </div>
      {action}
    </div>
  )
}
