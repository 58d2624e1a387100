import { useClusters } from '@renderer/db'
import { Spinner } from '@renderer/ui/spinner'
import { cn } from '@renderer/ui/cn'
import type { ModelChoice } from '@shared/domain/conversation'
import { useState } from 'react'
import type { StreamView } from '../engine'
import { findModel, shortName } from '../model-picker/choose-model'
import { StartProgress, startHeight } from '../start/start-progress'
import { elapsed } from '../start/start-words'
import { useSeconds } from '../start/use-seconds'

/** A wait shorter than this needs no words. */
const quietMs = 2000

/** What is waited for before the first token: where a model that starts has got to, or how long a live one is silent. */
export function Waiting({ stream, choice }: { readonly stream: StreamView; readonly choice: ModelChoice | undefined }) {
  const { clusters } = useClusters()
  const model = choice && findModel(clusters, choice)
  const isStarting = model !== undefined && model.status !== 'live' && model.status !== 'unknown'
  const [hasStarted, setHasStarted] = useState(isStarting)
  if (isStarting && !hasStarted) setHasStarted(true)
  if (isStarting) return <StartProgress model={model} sentAtMs={stream.startedAtMs} />
  return <FirstWord sinceMs={stream.startedAtMs} of={model && shortName(model.id)} className={hasStarted ? startHeight : 'min-h-6'} />
}

function FirstWord({ sinceMs, of, className }: { readonly sinceMs: number; readonly of: string | undefined; readonly className: string }) {
  const elapsedMs = Math.max(0, useSeconds() - sinceMs)
  const isLong = elapsedMs >= quietMs
  const words = `Waiting for the first word${of === undefined ? '' : ` of ${of}`}`
  return (
    <p role="status" className={cn('flex items-start gap-2 text-sm text-ink-mute', className)}>
      <Spinner className="mt-0.5" />
      <span className={isLong ? undefined : 'sr-only'}>{words}</span>
      {isLong && (
        <span className="tabular-nums" aria-hidden>
          {elapsed(elapsedMs)}
        </span>
      )}
    </p>
  )
}
