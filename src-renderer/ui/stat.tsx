import type { ReactNode } from 'react'

export interface StatProps {
  readonly label: string
  readonly value: ReactNode
  /** What it is counted over, or a second number that belongs to it. */
  readonly note?: ReactNode
}

/** One number with its name. */
export function Stat({ label, value, note }: StatProps) {
  return (
    <div className="min-w-0 px-4 py-3">
      <dt className="truncate text-xs text-ink-mute">{label}</dt>
      <dd className="mt-0.5 truncate text-xl font-semibold tabular-nums">{value}</dd>
      {note !== undefined && <dd className="truncate text-xs text-ink-mute tabular-nums">{note}</dd>}
    </div>
  )
}

/** Numbers side by side, in one frame. */
export function Stats({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="overflow-hidden rounded-xl border border-line">
      <dl className="grid grid-flow-col auto-cols-fr divide-x divide-line">{children}</dl>
    </div>
  )
}
