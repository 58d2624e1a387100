import { cn } from '@renderer/ui/cn'
import { count } from '@renderer/ui/format'
import type { BatchFinding } from '@shared/domain/batch-report'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'

export interface FindingListProps {
  readonly label: string
  readonly findings: readonly BatchFinding[]
  readonly className?: string
}

/** Findings with their line, code and fix, of which only those in sight are drawn. */
export function FindingList({ label, findings, className }: FindingListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  // eslint-disable-next-line react-hooks/incompatible-library -- the rows are read here only, never passed on
  const virtual = useVirtualizer({ count: findings.length, getScrollElement: () => scroller.current, estimateSize: () => 57, overscan: 10 })
  return (
    // Reached by Tab, so that it can be scrolled with the keys.
    <div ref={scroller} tabIndex={0} role="region" aria-label={label} className={cn('overflow-y-auto rounded-xl border border-line focus-visible:-outline-offset-2', className)}>
      <ul className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const finding = findings[index]
          if (finding === undefined) return null
          return (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="absolute inset-x-0 top-0 grid grid-cols-[5rem_minmax(0,1fr)] gap-x-3 border-b border-line px-4 py-2 text-sm"
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className="text-xs leading-5 text-ink-mute tabular-nums">{finding.line === null ? 'File' : `Line ${count(finding.line)}`}</span>
              <div className="min-w-0">
                <p className="wrap-anywhere">
                  {finding.message} <code className="font-mono text-xs text-ink-mute">{finding.code}</code>
                </p>
                <p className="text-xs wrap-anywhere text-ink-mute">{finding.fix}</p>
              </div>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
