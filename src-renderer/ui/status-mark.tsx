import type { ReactNode } from 'react'
import type { ModelStatus } from '@shared/domain/model'
import { cn } from './cn'

/** Colour, shape and word of each status: any one of the three is enough to tell them apart. */
const marks: Record<ModelStatus, { readonly word: string; readonly tone: string; readonly shape: ReactNode }> = {
  live: { word: 'Live', tone: 'text-live', shape: <circle cx="5" cy="5" r="4" fill="currentColor" /> },
  starting: {
    word: 'Starting',
    tone: 'text-wait',
    shape: (
      <>
        <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M5 1.75a3.25 3.25 0 0 1 0 6.5z" fill="currentColor" />
      </>
    ),
  },
  queued: { word: 'Queued', tone: 'text-wait', shape: <path d="M5 1v4l2.5 2.5M1 5a4 4 0 1 0 8 0 4 4 0 0 0-8 0" fill="none" stroke="currentColor" strokeWidth="1.4" /> },
  offline: { word: 'Offline', tone: 'text-ink-mute', shape: <circle cx="5" cy="5" r="3.25" fill="none" stroke="currentColor" strokeWidth="1.5" /> },
  failed: { word: 'Failed', tone: 'text-fail', shape: <path d="M2 2l6 6M8 2l-6 6" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" /> },
  maintenance: { word: 'Maintenance', tone: 'text-care', shape: <path d="M5 .8 9.2 5 5 9.2.8 5z" fill="currentColor" /> },
  unknown: { word: 'Unknown', tone: 'text-ink-mute', shape: <path d="M1.5 5h7" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" /> },
}

export function statusWord(status: ModelStatus): string {
  return marks[status].word
}

/** The colour and shape alone, for a place that says the word by itself. */
export function StatusShape({ status, className }: { readonly status: ModelStatus; readonly className?: string }) {
  const { tone, shape } = marks[status]
  return (
    <svg viewBox="0 0 10 10" className={cn('size-2.5 shrink-0', tone, className)} aria-hidden>
      {shape}
    </svg>
  )
}

export interface StatusMarkProps {
  readonly status: ModelStatus
  /** Shown in place of the status's own word. */
  readonly word?: string
  readonly className?: string
}

export function StatusMark({ status, word, className }: StatusMarkProps) {
  const mark = marks[status]
  return (
    <span className={cn('inline-flex items-center gap-1.5 text-xs whitespace-nowrap', mark.tone, className)}>
      <StatusShape status={status} />
      {word ?? mark.word}
    </span>
  )
}
