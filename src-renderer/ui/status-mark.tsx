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

export interface StatusMarkProps {
  readonly status: ModelStatus
  /** Shown in place of the status's own word. */
  readonly word?: string
  /** With `false` the word is for screen readers only. */
  readonly hasWord?: boolean
  readonly className?: string
}

export function StatusMark({ status, word, hasWord = true, className }: StatusMarkProps) {
  const mark = marks[status]
  return (
    <span className={cn('inline-flex items-center gap-1.5 text-xs whitespace-nowrap', mark.tone, className)}>
      <svg viewBox="0 0 10 10" className="size-2.5 shrink-0" aria-hidden>
        {mark.shape}
      </svg>
      <span className={hasWord ? undefined : 'sr-only'}>{word ?? mark.word}</span>
    </span>
  )
}
