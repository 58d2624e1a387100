import { counted } from '@renderer/ui/format'
import { Spinner } from '@renderer/ui/spinner'
import { CircleAlert, CircleCheck } from 'lucide-react'
import type { ServerCheck } from './use-server-check'

/** Models named before the rest is counted. */
const named = 4

/** What was found at an address, while it is typed. */
export function ServerCheckResult({ check }: { readonly check: ServerCheck }) {
  return (
    <div role="status" className="min-h-14 rounded-lg bg-sunken px-3 py-2 text-sm">
      <Result check={check} />
    </div>
  )
}

function Result({ check }: { readonly check: ServerCheck }) {
  switch (check.kind) {
    case 'none':
      return <p className="text-ink-mute">What answers at the address is shown here before anything is kept.</p>
    case 'checking':
      return (
        <p className="flex items-center gap-2 text-ink-mute">
          <Spinner /> Asking the server…
        </p>
      )
    case 'failed':
      return (
        <p className="flex gap-2">
          <CircleAlert className="mt-0.5 size-4 shrink-0 text-fail" strokeWidth={1.75} aria-hidden />
          <span className="min-w-0 wrap-anywhere">
            {check.problem.message} <span className="text-ink-mute">{check.problem.action}</span>
          </span>
        </p>
      )
    case 'found':
      return <Found {...check} />
  }
}

function Found({ models, latencyMs }: Extract<ServerCheck, { kind: 'found' }>) {
  const rest = models.length - named
  return (
    <div className="flex gap-2">
      <CircleCheck className="mt-0.5 size-4 shrink-0 text-live" strokeWidth={1.75} aria-hidden />
      <div className="min-w-0">
        <p className="tabular-nums">
          Answers in {Math.round(latencyMs)} ms with {counted(models.length, 'model')}.
        </p>
        <p className="text-xs wrap-anywhere text-ink-mute">
          {models.slice(0, named).join(', ')}
          {rest > 0 && ` and ${rest} more`}
        </p>
      </div>
    </div>
  )
}
