import { IconButton } from '@renderer/ui/icon-button'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'

export interface DetailsPanelProps {
  /** What it is of: `Cluster`, `Model`, `Job`. */
  readonly label: string
  readonly title: string
  readonly onClose: () => void
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** All that is known of one row: beside the list, or over its right where there is no room. */
export function DetailsPanel({ label, title, onClose, actions, children }: DetailsPanelProps) {
  return (
    <aside
      aria-label={label}
      // A dialog that was opened from here takes the key for itself; its events come this way all the same.
      onKeyDown={(event) => event.key === 'Escape' && event.target instanceof Node && event.currentTarget.contains(event.target) && onClose()}
      className="absolute inset-y-0 right-0 z-10 w-88 overflow-y-auto border-l border-line bg-canvas pb-6 max-xl:shadow-pop xl:static xl:shrink-0"
    >
      <div className="flex items-start justify-between gap-2 px-4 pt-3 pb-2">
        <h2 className="min-w-0 text-base font-semibold wrap-anywhere">{title}</h2>
        <IconButton icon={X} label="Close the details" size="small" onClick={onClose} />
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2 px-4 pb-3">{actions}</div>}
      {children}
    </aside>
  )
}

export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="px-4 text-sm">{children}</dl>
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-3 border-b border-line py-2 last:border-0">
      <dt className="text-ink-mute">{name}</dt>
      <dd className="min-w-0 wrap-anywhere tabular-nums">{children}</dd>
    </div>
  )
}
