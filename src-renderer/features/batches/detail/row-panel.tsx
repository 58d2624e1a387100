import { useKnown, type Question } from '@renderer/db'
import { Choice } from '@renderer/ui/choice'
import { CopyButton } from '@renderer/ui/copy-button'
import { count } from '@renderer/ui/format'
import { IconButton } from '@renderer/ui/icon-button'
import { problemOf } from '@renderer/ui/problem'
import { batchRowDetail, type BatchRow, type BatchRowDetail } from '@shared/domain/batch-rows'
import { X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { indented, readableRequest, readableResult, type Passage } from './readable'

const forms = [
  { value: 'text', label: 'Text' },
  { value: 'json', label: 'JSON' },
] as const

export interface RowPanelProps {
  readonly batchId: string
  readonly row: BatchRow
  readonly onClose: () => void
}

/** One request, and beside it what came of it. */
export function RowPanel({ batchId, row, onClose }: RowPanelProps) {
  const [form, setForm] = useState<'text' | 'json'>('text')
  const { index, state } = row
  const question = useMemo(
    (): Question<BatchRowDetail> => ({ key: `batch row ${batchId} ${index} ${state}`, schema: batchRowDetail, isKept: false, ask: (client) => client.batches.row({ id: batchId, index }) }),
    [batchId, index, state],
  )
  const { value, cause } = useKnown(question)
  const waiting = cause === undefined ? 'Reading it…' : problemOf(cause).message
  return (
    <section
      aria-label="Request and answer"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="flex h-[46%] min-h-44 shrink-0 flex-col border-t border-line bg-surface"
    >
      <header className="flex items-center gap-3 px-8 py-1.5">
        <h2 className="min-w-0 flex-1 truncate text-sm">
          <span className="font-mono font-medium" title={row.customId}>
            {row.customId}
          </span>
          <span className="text-ink-mute"> · line {count(row.line)}</span>
        </h2>
        <Choice label="Shown as" value={form} options={forms} onChange={setForm} />
        <IconButton icon={X} label="Close the request" size="small" onClick={onClose} />
      </header>
      <div className="grid min-h-0 flex-1 grid-cols-2 divide-x divide-line border-t border-line bg-canvas">
        <Side title="Request" json={value?.request} form={form} read={readableRequest} nothing={waiting} />
        <Side title={row.state === 'failed' ? 'Failure' : 'Answer'} json={value?.result} form={form} read={readableResult} nothing={value === undefined ? waiting : 'Not done yet.'} />
      </div>
    </section>
  )
}

interface SideProps {
  readonly title: string
  readonly json: string | undefined
  readonly form: 'text' | 'json'
  readonly read: (json: string) => readonly Passage[] | undefined
  readonly nothing: string
}

function Side({ title, json, form, read, nothing }: SideProps) {
  const passages = form === 'text' && json !== undefined ? read(json) : undefined
  return (
    <div role="region" aria-label={title} className="flex min-h-0 min-w-0 flex-col">
      <div className="flex h-8 shrink-0 items-center justify-between pr-4 pl-8">
        <h3 className="text-xs text-ink-mute">{title}</h3>
        {json !== undefined && <CopyButton text={() => (passages === undefined ? indented(json) : passages.map(({ text }) => text).join('\n\n'))} label={`Copy the ${title.toLowerCase()}`} />}
      </div>
      {/* Reached by Tab, so that it can be scrolled with the keys. */}
      <div tabIndex={0} role="group" aria-label={`Text of the ${title.toLowerCase()}`} className="min-h-0 flex-1 overflow-y-auto pr-6 pb-4 pl-8 focus-visible:-outline-offset-2">
        {json === undefined ? (
          <p className="text-sm text-ink-mute">{nothing}</p>
        ) : passages === undefined ? (
          <pre className="font-mono text-xs whitespace-pre-wrap wrap-anywhere">{indented(json)}</pre>
        ) : (
          passages.map(({ who, text }, index) => (
            <div key={index} className="not-first:mt-3">
              <p className="text-xs text-ink-mute">{who}</p>
              <p className="text-sm whitespace-pre-wrap wrap-anywhere">{text}</p>
            </div>
          ))
        )}
      </div>
    </div>
  )
}
