import { batchPath } from '@renderer/features/batches'
import { Button } from '@renderer/ui/button'
import { counted } from '@renderer/ui/format'
import { RelativeTime } from '@renderer/ui/relative-time'
import { StatusMark } from '@renderer/ui/status-mark'
import type { Replica } from '@shared/domain/replica'
import { useState } from 'react'
import { Link } from 'wouter'
import { EndReplica } from './end-replica'
import { LogDialog } from './log-dialog'
import { Printed } from './printed'
import { replicaMarks } from './replica-marks'
import { handleWords, isActive } from './replica-rows'

export interface ReplicaItemProps {
  readonly replica: Replica
  /** Whether its model is not said elsewhere. */
  readonly isModelNamed: boolean
  /** Replicas of its cluster are jobs. */
  readonly isJob: boolean
}

const small = 'h-7 px-2 text-xs'

/** One running copy: how it is and since when, where it runs, what it says, and what can be done with it. */
export function ReplicaItem({ replica, isModelNamed, isJob }: ReplicaItemProps) {
  const { id, model, state, sinceMs, reason, logTail, attempt, nodes = [], gpus = [], inFlight = 0, endsAtMs, estimatedStartMs, handle, batch } = replica
  const [isLogOpen, setIsLogOpen] = useState(false)
  const where = [handle === undefined ? '' : handleWords(handle, isJob), ...nodes, ...gpus.map((gpu) => `GPU ${gpu}`), ...(attempt > 1 ? [`try ${attempt}`] : []), ...(inFlight > 0 ? [`${counted(inFlight, 'request')} in flight`] : [])].filter((text) => text !== '')
  return (
    <li aria-label={id} className="py-2.5">
      <div className="flex min-h-7 items-center gap-2">
        <StatusMark {...replicaMarks[state]} />
        <span className="min-w-0 flex-1 truncate text-xs text-ink-mute tabular-nums">
          <RelativeTime atMs={sinceMs} />
        </span>
        <Button className={small} aria-label={`Log of ${id}`} onClick={() => setIsLogOpen(true)}>
          Log
        </Button>
        {isActive(replica) && <EndReplica replica={replica} isJob={isJob} className={small} />}
      </div>
      {isModelNamed && <p className="text-sm wrap-anywhere">{model}</p>}
      <p className="text-xs wrap-anywhere text-ink-mute tabular-nums">
        <span className="font-mono">{id}</span>
        {where.map((text) => ` · ${text}`)}
      </p>
      {batch !== undefined && (
        <p className="mt-0.5 text-xs text-ink-soft">
          Takes requests of{' '}
          <Link href={batchPath(batch)} className="text-accent underline underline-offset-2">
            one batch
          </Link>{' '}
          alone
        </p>
      )}
      {reason !== undefined && <p className={state === 'failed' ? 'mt-0.5 text-xs text-fail' : 'mt-0.5 text-xs text-ink-soft'}>{reason}</p>}
      {estimatedStartMs !== undefined && isActive(replica) && state !== 'live' && <p className="mt-0.5 text-xs text-ink-soft">Expected to start {new Date(estimatedStartMs).toLocaleString()}</p>}
      {endsAtMs !== undefined && isActive(replica) && <p className="mt-0.5 text-xs text-ink-mute">Its walltime ends {new Date(endsAtMs).toLocaleString()}</p>}
      {state === 'failed' && logTail !== undefined && logTail.trim() !== '' && <Printed label={`What ${id} printed last`} text={logTail.trimEnd()} className="mt-1.5 max-h-36 whitespace-pre-wrap wrap-anywhere" />}
      <LogDialog replica={replica} isOpen={isLogOpen} onClose={() => setIsLogOpen(false)} />
    </li>
  )
}
