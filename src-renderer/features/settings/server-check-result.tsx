import { counted, tokens } from '@renderer/ui/format'
import { Spinner } from '@renderer/ui/spinner'
import { StatusShape, statusWord } from '@renderer/ui/status-mark'
import type { FoundModel, ServerFinding } from '@shared/rpc/contract'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { kindWords } from './kind-words'
import type { ServerCheck } from './use-server-check'

/** What was found at an address, while it is typed. */
export function ServerCheckResult({ check }: { readonly check: ServerCheck }) {
  return (
    <div className="rounded-lg bg-sunken px-3 py-2 text-sm">
      <div role="status" className="min-h-10">
        <Result check={check} />
      </div>
      {check.kind === 'found' && check.finding.found.length > 0 && <FoundModels found={check.finding.found} />}
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
      return <Found {...check.finding} />
  }
}

function Found({ models, latencyMs, clusterKind, profile, version, clusters, isTokenNeeded = false }: ServerFinding) {
  const Icon = isTokenNeeded ? CircleAlert : CircleCheck
  return (
    <div className="flex gap-2">
      <Icon className={isTokenNeeded ? 'mt-0.5 size-4 shrink-0 text-wait' : 'mt-0.5 size-4 shrink-0 text-live'} strokeWidth={1.75} aria-hidden />
      <div className="min-w-0">
        <p className="font-medium">{kindWords(clusterKind, profile, version)}</p>
        <p className="text-xs text-ink-mute tabular-nums">
          {isTokenNeeded ? 'Tells its models to whoever has an access token of the site.' : `Answers in ${Math.round(latencyMs)} ms with ${counted(models.length, 'model')}.`}
          {clusters !== undefined && clusters.length > 0 && ` Clusters: ${clusters.join(', ')}.`}
        </p>
      </div>
    </div>
  )
}

function FoundModels({ found }: { readonly found: readonly FoundModel[] }) {
  return (
    <ul aria-label="Models found" tabIndex={0} className="mt-2 max-h-32 overflow-y-auto border-t border-line pt-1.5 text-xs">
      {found.map(({ id, status, contextTokens }) => (
        <li key={id} className="flex h-6 items-center gap-2">
          <StatusShape status={status} />
          <span className="sr-only">{statusWord(status)}: </span>
          <span className="min-w-0 flex-1 truncate" title={id}>
            {id}
          </span>
          {contextTokens !== undefined && (
            <span className="text-ink-mute tabular-nums" title={`Context of ${contextTokens.toLocaleString()} tokens`}>
              {tokens(contextTokens)}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
