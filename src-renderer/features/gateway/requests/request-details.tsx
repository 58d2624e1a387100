import { CopyButton } from '@renderer/ui/copy-button'
import { duration } from '@renderer/ui/format'
import { IconButton } from '@renderer/ui/icon-button'
import { StatusMark } from '@renderer/ui/status-mark'
import { errorKinds } from '@shared/errors'
import type { RequestRow } from '@shared/domain/records'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { operationOf, outcomeOf } from './outcome'
import { TokenCounts } from './token-counts'

export interface RequestDetailsProps {
  readonly row: RequestRow
  readonly nowMs: number
  readonly onClose: () => void
}

/** All that is kept of one request: beside the list, or over its right where there is no room. */
export function RequestDetails({ row, nowMs, onClose }: RequestDetailsProps) {
  const { word, mark } = outcomeOf(row)
  const advice = row.errorCode !== undefined && row.errorCode in errorKinds ? errorKinds[row.errorCode as keyof typeof errorKinds].action : undefined
  return (
    <aside
      aria-label="Request"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="absolute inset-y-0 right-0 w-80 overflow-y-auto border-l border-line bg-canvas pb-6 max-xl:shadow-pop xl:static xl:shrink-0"
    >
      <div className="flex items-center justify-between gap-2 px-4 pt-3 pb-2">
        <h2 className="min-w-0 truncate text-base font-semibold" title={row.model}>
          {row.model ?? operationOf(row)}
        </h2>
        <IconButton icon={X} label="Close the details" size="small" onClick={onClose} />
      </div>
      <dl className="px-4 text-sm">
        <Fact name="Result">
          <StatusMark status={mark} word={word} />
        </Fact>
        {row.errorCode !== undefined && (
          <Fact name="Error">
            <code className="font-mono text-xs">{row.errorCode}</code>
            {advice !== undefined && <span className="mt-0.5 block text-xs text-ink-mute">{advice}</span>}
          </Fact>
        )}
        {row.isCut === true && <Fact name="Ended">The caller left before the end.</Fact>}
        <Fact name="Asked by">{row.identityName ?? row.identity ?? 'Not known'}</Fact>
        <Fact name="Asked">
          {operationOf(row)}
          {row.isStreamed ? ', streamed' : ''}
          <span className="block font-mono text-xs wrap-anywhere text-ink-mute">{row.route}</span>
        </Fact>
        <Fact name="Server">
          {row.cluster ?? 'None was asked'}
          {row.framework !== undefined && <span className="text-ink-mute"> · {row.framework}</span>}
          {row.attempts > 1 && <span className="block text-xs text-ink-mute">{row.attempts} places were asked</span>}
        </Fact>
        <Fact name="Begun">{new Date(row.startedAtMs).toLocaleString()}</Fact>
        {row.queuedMs !== undefined && row.queuedMs > 0 && <Fact name="Waited">{duration(row.queuedMs)} for the model</Fact>}
        <Fact name="First byte">{row.firstByteMs === undefined ? '–' : `after ${duration(row.firstByteMs)}`}</Fact>
        <Fact name="Time">
          {duration(row.totalMs ?? Math.max(0, nowMs - row.startedAtMs))}
          {row.isRunning && ' so far'}
        </Fact>
        <Fact name="Tokens">
          <TokenCounts row={row} />
          {row.isUsageEstimated === true && <span className="block text-xs text-ink-mute">Estimated: the server did not say.</span>}
        </Fact>
        <Fact name="Request id">
          <span className="flex items-start gap-1">
            <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{row.id}</code>
            <CopyButton text={() => row.id} label="Copy the request id" className="-mt-1" />
          </span>
        </Fact>
      </dl>
      <p className="px-4 pt-3 text-xs text-ink-mute">What was asked and answered is not kept.</p>
    </aside>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-3 border-b border-line py-2 last:border-0">
      <dt className="text-ink-mute">{name}</dt>
      <dd className="min-w-0 tabular-nums">{children}</dd>
    </div>
  )
}
