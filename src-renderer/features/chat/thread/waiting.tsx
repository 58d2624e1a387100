import { useClusters } from '@renderer/db'
import { duration } from '@renderer/ui/format'
import { Spinner } from '@renderer/ui/spinner'
import type { ModelChoice } from '@shared/domain/conversation'
import type { ModelInfo } from '@shared/domain/model'
import { useEffect, useState } from 'react'
import type { StreamView } from '../engine'
import { findModel, shortName } from '../model-picker/choose-model'

/** A wait shorter than this needs no words. */
const quietMs = 2000

/** What is waited for before the first token: where a model that starts has got to, and for how long. */
export function Waiting({ stream, choice }: { readonly stream: StreamView; readonly choice: ModelChoice | undefined }) {
  const { clusters } = useClusters()
  const elapsedMs = useElapsed(stream.startedAtMs)
  const model = choice && findModel(clusters, choice)
  const isLong = elapsedMs >= quietMs
  return (
    <div role="status" className="flex min-h-6 flex-col gap-1.5 text-sm text-ink-mute">
      <span className="flex items-center gap-2">
        <Spinner />
        {isLong ? <span>{words(model)}</span> : <span className="sr-only">Waiting for the first word</span>}
        {isLong && <span className="tabular-nums" aria-hidden>{duration(Math.floor(elapsedMs / 1000) * 1000)}</span>}
      </span>
      {isLong && model?.reason !== undefined && <span className="pl-6 text-xs">{model.reason}</span>}
      {model?.status === 'starting' && model.progress !== undefined && (
        <progress value={model.progress} aria-label="Progress of the start" className="ml-6 h-1 w-48 accent-accent" />
      )}
    </div>
  )
}

function words(model: ModelInfo | undefined): string {
  if (model === undefined) return 'Waiting for the first word'
  const name = shortName(model.id)
  if (model.status === 'starting') return `${name} is starting${model.progress === undefined ? '' : `, ${Math.round(model.progress * 100)}%`}`
  if (model.status === 'queued') return `${name} waits in the queue of ${model.cluster}`
  return `Waiting for the first word of ${name}`
}

function useElapsed(sinceMs: number): number {
  const [nowMs, setNowMs] = useState(sinceMs)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, nowMs - sinceMs)
}
