import { duration } from '@renderer/ui/format'
import { cn } from '@renderer/ui/cn'
import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'

export interface ReasoningProps {
  readonly text: string
  readonly isGrowing: boolean
  /** How long the model thought, in milliseconds, where that is known. */
  readonly ms?: number
}

/** What a model thought before it answered, folded. */
export function Reasoning({ text, isGrowing, ms }: ReasoningProps) {
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  const title = isGrowing ? 'Thinking…' : ms === undefined ? 'Reasoning' : `Thought for ${duration(ms)}`
  return (
    <div className="mb-3">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setIsOpen(!isOpen)}
        className="-ml-1.5 flex h-7 items-center gap-1 rounded-md px-1.5 text-sm text-ink-mute hover:bg-hover hover:text-ink"
      >
        <ChevronRight className={cn('size-4 transition-transform', isOpen && 'rotate-90')} strokeWidth={1.75} aria-hidden />
        {title}
        {isGrowing && <span aria-hidden className="ml-1 size-1.5 animate-beat rounded-full bg-accent" />}
      </button>
      <div id={id} hidden={!isOpen} className="mt-1 border-l-2 border-line pl-4 text-sm wrap-anywhere whitespace-pre-wrap text-ink-mute">
        {text}
      </div>
    </div>
  )
}
