import { cn } from '@renderer/ui/cn'

export const rowGrid = 'grid items-center gap-x-5 grid-cols-[minmax(0,1fr)_7.5rem_8rem_9.5rem_1.75rem] @5xl:grid-cols-[minmax(0,1fr)_9rem_16rem_13rem_1.75rem]'

export interface RowBarProps {
  readonly label: string
  /** 0 to 1. */
  readonly value: number
  /** Over: what it says is of the past. */
  readonly isQuiet: boolean
}

export function RowBar({ label, value, isQuiet }: RowBarProps) {
  const percent = Math.min(1, Math.max(0, value)) * 100
  return (
    <div role="progressbar" aria-label={label} aria-valuenow={Math.floor(percent)} aria-valuemin={0} aria-valuemax={100} className="h-1 overflow-hidden rounded-full bg-selected">
      <div className={cn('h-full', isQuiet ? 'bg-control' : 'bg-accent')} style={{ width: `${percent}%` }} />
    </div>
  )
}
