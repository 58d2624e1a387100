import { cn } from '@renderer/ui/cn'
import type { Batch } from '@shared/domain/batch'
import { CircleAlert, CircleCheck, CircleDashed, CirclePause, CirclePlay, CircleSlash, CircleX, Clock, FileSearch, PackageCheck, TimerOff, type LucideIcon } from 'lucide-react'
import { moodOf, moodWords, type BatchMood } from './batch-words'

/** Colour, shape and word: any one of the three is enough to tell them apart. */
const marks: Readonly<Record<BatchMood | 'undone', { readonly icon: LucideIcon; readonly tone: string }>> = {
  checking: { icon: FileSearch, tone: 'text-ink-soft' },
  running: { icon: CirclePlay, tone: 'text-accent' },
  waiting: { icon: Clock, tone: 'text-wait' },
  paused: { icon: CirclePause, tone: 'text-ink-mute' },
  ending: { icon: PackageCheck, tone: 'text-ink-soft' },
  done: { icon: CircleCheck, tone: 'text-live' },
  partly: { icon: CircleAlert, tone: 'text-wait' },
  refused: { icon: CircleX, tone: 'text-fail' },
  expired: { icon: TimerOff, tone: 'text-fail' },
  cancelled: { icon: CircleSlash, tone: 'text-ink-mute' },
  /** Of a request that has no result yet. */
  undone: { icon: CircleDashed, tone: 'text-ink-mute' },
}

export function BatchMark({ batch, className }: { readonly batch: Batch; readonly className?: string }) {
  const mood = moodOf(batch)
  return <MoodMark mood={mood} word={moodWords[mood]} className={className} />
}

export function MoodMark({ mood, word, className }: { readonly mood: keyof typeof marks; readonly word: string; readonly className?: string | undefined }) {
  const { icon: Icon, tone } = marks[mood]
  return (
    <span className={cn('inline-flex items-center gap-1.5 text-xs whitespace-nowrap', tone, className)}>
      <Icon className="size-3.5 shrink-0" strokeWidth={1.75} aria-hidden />
      {word}
    </span>
  )
}
