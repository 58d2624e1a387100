import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

const tones = {
  note: { look: 'bg-sunken', mark: 'text-ink-mute', icon: Info },
  wait: { look: 'bg-wait-soft', mark: 'text-wait', icon: TriangleAlert },
  fail: { look: 'bg-fail-soft', mark: 'text-fail', icon: CircleAlert },
}

export interface NoticeProps {
  readonly tone: keyof typeof tones
  readonly children: ReactNode
  readonly action?: ReactNode
  readonly className?: string
}

/** What is so in one part of a page, and what to do; what concerns the whole window is a `Banner`. */
export function Notice({ tone, children, action, className }: NoticeProps) {
  const { look, mark, icon: Icon } = tones[tone]
  return (
    <div role="status" className={cn('flex min-h-10 items-center gap-2 rounded-lg px-3 py-2 text-sm', look, className)}>
      <Icon className={cn('size-4 shrink-0', mark)} strokeWidth={1.75} aria-hidden />
      <div className="min-w-0 flex-1 wrap-anywhere">{children}</div>
      {action}
    </div>
  )
}
