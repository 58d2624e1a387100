import { useStartEstimate } from '@renderer/features/status'
import { StatusShape } from '@renderer/ui/status-mark'
import type { ModelInfo } from '@shared/domain/model'
import { elapsed, startFraction, usualWords, waitingWords } from './start-words'
import { useSeconds } from './use-seconds'

export interface StartProgressProps {
  readonly model: ModelInfo
  /** When the message was sent that waits for it, Unix milliseconds. */
  readonly sentAtMs: number
}

/** Where a model that a message waits for has got to, for how long, and how long that usually takes. Its height never changes. */
export function StartProgress({ model, sentAtMs }: StartProgressProps) {
  const nowMs = useSeconds()
  const estimate = useStartEstimate(model)
  const isOnTheWay = model.status === 'starting' || model.status === 'queued'
  const fraction = isOnTheWay ? startFraction(model, estimate, nowMs) : undefined
  const usual = isOnTheWay ? usualWords(model, estimate, nowMs) : undefined
  const percent = Math.round((fraction ?? 0) * 100)
  return (
    <div className={startHeight}>
      <p className="flex items-center gap-2 text-sm text-ink-soft">
        <StatusShape status={model.status} />
        <span role="status" className="truncate">
          {waitingWords(model)}
        </span>
      </p>
      <div className="mt-2 flex items-center gap-3 text-xs text-ink-mute tabular-nums">
        <div
          {...(fraction === undefined ? { 'aria-hidden': true } : { role: 'progressbar', 'aria-label': 'Progress of the start', 'aria-valuenow': percent, 'aria-valuemin': 0, 'aria-valuemax': 100 })}
          className="h-1 w-40 shrink-0 overflow-hidden rounded-full bg-selected"
        >
          <div className="h-full bg-accent transition-[width]" style={{ width: `${percent}%` }} />
        </div>
        <span className="truncate">
          {elapsed(nowMs - (isOnTheWay ? (estimate.sinceMs ?? sentAtMs) : sentAtMs))}
          {usual !== undefined && `, ${usual}`}
        </span>
      </div>
      <p className="mt-1.5 truncate text-xs text-ink-mute" title={model.reason}>
        {model.reason}
      </p>
    </div>
  )
}

/** Kept free for as long as the answer has not begun, so that nothing moves when the model is live. */
export const startHeight = 'h-16'
