import { Button } from '@renderer/ui/button'
import { count, tokens } from '@renderer/ui/format'
import { Notice } from '@renderer/ui/notice'
import { ProgressBar } from '@renderer/ui/progress-bar'
import { RelativeTime } from '@renderer/ui/relative-time'
import { Stat, Stats } from '@renderer/ui/stat'
import { isBatchOver, type Batch } from '@shared/domain/batch'
import { ChevronRight } from 'lucide-react'
import { Link } from 'wouter'
import { BatchMark } from '../batch-mark'
import { endpointWord, modelWords, placeWords, rate, shareDone, timeLeft } from '../batch-words'
import { batchesPath } from '../paths'
import { useBatchDeeds } from '../use-batch-deeds'
import { lasted } from './lasted'
import { SaveMenu } from './save-menu'

export interface DetailHeadProps {
  readonly batch: Batch
  readonly nowMs: number
  /** A request is looked into: where the window is low, the numbers make room for it. */
  readonly isRowOpen: boolean
}

/** What a batch is, how far it is, and what can be done with it. */
export function DetailHead({ batch, nowMs, isRowOpen }: DetailHeadProps) {
  const { name, endpoint, models, total, completed, failed, inFlight = 0, requestsPerS = 0, tokensPerS = 0, usage, byCluster = {}, status, waits, note, isPaused, expiresAtMs } = batch
  const deeds = useBatchDeeds(batch)
  const isOver = isBatchOver(status)
  const clusters = Object.entries(byCluster).sort(([, one], [, other]) => other - one)
  const spent = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0)
  return (
    <>
      <nav aria-label="Way back" className="-mb-2 flex items-center gap-1 text-xs text-ink-mute">
        <Link href={batchesPath} className="rounded-sm hover:text-ink">
          Batches
        </Link>
        <ChevronRight className="size-3" strokeWidth={1.75} aria-hidden />
      </nav>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <h1 className="truncate text-xl font-semibold" title={name}>
            {name}
          </h1>
          <p className="flex min-w-0 flex-wrap items-center gap-x-2 text-xs text-ink-mute">
            <BatchMark batch={batch} />
            <span className="truncate" title={models.join(', ')}>
              {[endpointWord(endpoint), modelWords(models), placeWords(batch)].filter((word) => word !== undefined).join(' · ')}
            </span>
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {deeds.items.map(({ label, icon: Icon, isDangerous = false, onSelect }) => (
            <Button key={label} look={isDangerous ? 'danger' : 'plain'} disabled={deeds.hindrance !== undefined} title={deeds.hindrance} onClick={onSelect}>
              <Icon strokeWidth={1.75} aria-hidden />
              {label}
            </Button>
          ))}
          <SaveMenu batch={batch} hindrance={deeds.hindrance} />
        </div>
      </div>
      {!isOver && <ProgressBar label={status === 'validating' ? 'Checked' : 'Done'} value={shareDone(batch)} />}
      {!isOver && !isPaused && waits !== undefined && (
        <p role="status" className="text-sm text-wait">
          {waits}
        </p>
      )}
      {note !== undefined && <Notice tone="note">{note}</Notice>}
      <div className={isRowOpen ? '[@media(max-height:719px)]:hidden' : undefined}>
        <Stats label="How far it is">
          <Stat label="Answered" value={<>{count(completed)}<span className="text-sm font-normal text-ink-mute"> of {count(total)}</span></>} note={inFlight > 0 ? `${inFlight} under way` : undefined} />
          <Stat label="Failed" value={<span className={failed > 0 ? 'text-fail' : undefined}>{count(failed)}</span>} />
          {isOver ? (
            <Stat label="Took" value={lasted(batch)} note={batch.endedAtMs !== undefined && <RelativeTime atMs={batch.endedAtMs} />} />
          ) : (
            <Stat label="Requests a second" value={rate(requestsPerS)} note={timeLeft(batch, nowMs) ?? <>until {new Date(expiresAtMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}</>} />
          )}
          <Stat label="Tokens" value={tokens(spent)} note={isOver ? `${tokens(usage?.inputTokens ?? 0)} in, ${tokens(usage?.outputTokens ?? 0)} out` : `${tokens(Math.round(tokensPerS))} a second`} />
          {clusters.length > 0 && <Stat label="Answered by" value={<span className="text-base">{clusters[0]?.[0]}</span>} note={clusters.length > 1 ? clusters.map(([cluster, done]) => `${cluster} ${count(done)}`).join(', ') : undefined} />}
        </Stats>
      </div>
      {deeds.dialog}
    </>
  )
}
