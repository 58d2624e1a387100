import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'

const tones = {
  wait: { look: 'bg-wait-soft text-ink', mark: 'text-wait', icon: TriangleAlert },
  fail: { look: 'bg-fail-soft text-ink', mark: 'text-fail', icon: CircleAlert },
}

export interface BannerProps {
  readonly tone: keyof typeof tones
  readonly children: ReactNode
  readonly action?: ReactNode
}

/** One line across the window: what is so, and what to do. */
export function Banner({ tone, children, action }: BannerProps) {
  const { look, mark, icon: Icon } = tones[tone]
  return (
    <div role="status" className={cn('flex min-h-9 items-center gap-2 border-b border-line px-4 py-1.5 text-sm', look)}>
      <Icon className={cn('size-4 shrink-0', mark)} strokeWidth={1.75} aria-hidden />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </div>
  )
}
