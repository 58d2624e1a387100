import type { ReactNode } from 'react'

export interface SettingRowProps {
  readonly title: string
  readonly text?: ReactNode
  readonly children?: ReactNode
}

/** What is set at the left, with what it means; the control at the right. */
export function SettingRow({ title, text, children }: SettingRowProps) {
  return (
    <div className="flex min-h-14 items-center gap-6 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="text-sm font-medium">{title}</p>
        {text !== undefined && <div className="text-xs text-ink-mute">{text}</div>}
      </div>
      {children !== undefined && <div className="flex shrink-0 items-center gap-2">{children}</div>}
    </div>
  )
}

/** Rows that belong together, in one frame. */
export function SettingGroup({ title, action, children }: { readonly title?: string; readonly action?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="not-first:mt-8">
      {(title !== undefined || action !== undefined) && (
        <div className="mb-2 flex min-h-8 items-end justify-between gap-4">
          <h2 className="text-sm font-semibold">{title}</h2>
          {action}
        </div>
      )}
      <div className="divide-y divide-line overflow-hidden rounded-xl border border-line">{children}</div>
    </section>
  )
}
