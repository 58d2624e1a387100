import { IconButton } from '@renderer/ui/icon-button'
import { count, tokens } from '@renderer/ui/format'
import { Menu } from '@renderer/ui/menu'
import { RelativeTime } from '@renderer/ui/relative-time'
import { isBatchOver, type Batch } from '@shared/domain/batch'
import { Ellipsis } from 'lucide-react'
import { Link } from 'wouter'
import { BatchMark } from '../batch-mark'
import { endpointWord, modelWords, placeWords, rate, shareDone, timeLeft } from '../batch-words'
import { batchPath } from '../paths'
import { useBatchDeeds } from '../use-batch-deeds'
import { rowGrid, RowBar } from './row-parts'

export function BatchRow({ batch, nowMs }: { readonly batch: Batch; readonly nowMs: number }) {
  const { id, name, endpoint, models, status, isPaused, waits, total, completed, failed, requestsPerS = 0, tokensPerS = 0, createdAtMs, endedAtMs, errors } = batch
  const deeds = useBatchDeeds(batch)
  const isOver = isBatchOver(status)
  const reason = status === 'failed' ? errors[0]?.message : isOver || isPaused ? undefined : waits
  return (
    <li aria-label={name} className="relative border-b border-line px-8 py-3 hover:bg-hover">
      <div className={rowGrid}>
        <div className="min-w-0">
          {/* The whole row leads to it; its menu lies above. */}
          <Link href={batchPath(id)} className="block truncate text-sm font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent" title={name}>
            {name}
          </Link>
          <p className="truncate text-xs text-ink-mute" title={models.join(', ')}>
            {[endpointWord(endpoint), modelWords(models), placeWords(batch)].filter((word) => word !== undefined).join(' · ')}
          </p>
        </div>
        <div>
          <BatchMark batch={batch} />
          <p className="text-xs text-ink-mute">
            <RelativeTime atMs={endedAtMs ?? createdAtMs} />
          </p>
        </div>
        <div className="min-w-0">
          <RowBar label={`${name}: done`} value={shareDone(batch)} isQuiet={isOver} />
          <p className="mt-1 truncate text-xs text-ink-mute tabular-nums">
            {status === 'validating' ? (
              'Reading the file'
            ) : (
              <>
                {count(completed)} of {count(total)}
                {failed > 0 && <span className="text-fail"> · {count(failed)} failed</span>}
              </>
            )}
          </p>
        </div>
        <div className="text-right text-xs tabular-nums">
          {!isOver && status === 'in_progress' && !isPaused ? (
            <>
              <p>
                {rate(requestsPerS)} <span className="text-ink-mute">req/s · {tokens(Math.round(tokensPerS))} tok/s</span>
              </p>
              <p className="text-ink-mute">{timeLeft(batch, nowMs) ?? 'reckoning the time left'}</p>
            </>
          ) : (
            <p className="text-ink-mute">{batch.usage === undefined || !isOver ? '' : `${tokens(batch.usage.inputTokens + batch.usage.outputTokens)} tokens`}</p>
          )}
        </div>
        <div className="relative z-10">
          <Menu trigger={<IconButton icon={Ellipsis} label={`What to do with ${name}`} size="small" disabled={deeds.items.length === 0 || deeds.hindrance !== undefined} />} items={deeds.items} />
        </div>
      </div>
      {reason !== undefined && <p className={`mt-1 text-xs wrap-anywhere ${status === 'failed' ? 'text-fail' : 'text-wait'}`}>{reason}</p>}
      {deeds.dialog}
    </li>
  )
}
