export interface ProgressBarProps {
  readonly label: string
  /** 0 to 1. */
  readonly value: number
}

export function ProgressBar({ label, value }: ProgressBarProps) {
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div className="flex items-center gap-3">
      <div role="progressbar" aria-label={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} className="h-1 flex-1 overflow-hidden rounded-full bg-selected">
        <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
      </div>
      <span className="w-10 text-right text-xs text-ink-mute tabular-nums">{percent}%</span>
    </div>
  )
}
