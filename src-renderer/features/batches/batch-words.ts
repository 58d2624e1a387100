import { isBatchOver, type Batch, type BatchStatus } from '@shared/domain/batch'
import { count, roughly } from '@renderer/ui/format'

/** How a batch is, to people: its icon and tone are in `batch-mark.tsx`. */
export type BatchMood = 'checking' | 'running' | 'waiting' | 'paused' | 'ending' | 'done' | 'partly' | 'refused' | 'expired' | 'cancelled'

const moods: Readonly<Record<BatchStatus, BatchMood>> = {
  validating: 'checking',
  in_progress: 'running',
  finalizing: 'ending',
  cancelling: 'ending',
  completed: 'done',
  failed: 'refused',
  expired: 'expired',
  cancelled: 'cancelled',
}

export function moodOf({ status, isPaused, waits, failed, inFlight }: Batch): BatchMood {
  const mood = moods[status]
  if (!isBatchOver(status) && isPaused) return 'paused'
  if (mood === 'running' && waits !== undefined && (inFlight ?? 0) === 0) return 'waiting'
  return mood === 'done' && failed > 0 ? 'partly' : mood
}

export const moodWords: Readonly<Record<BatchMood, string>> = {
  checking: 'Checking',
  running: 'Running',
  waiting: 'Waiting',
  paused: 'Paused',
  ending: 'Ending',
  done: 'Done',
  partly: 'Done, some failed',
  refused: 'Not run',
  expired: 'Out of time',
  cancelled: 'Cancelled',
}

/** 0 to 1: of the check while it lasts, then of the requests. */
export function shareDone({ status, validated, total, completed, failed }: Batch): number {
  if (status === 'validating') return validated ?? 0
  return total === 0 ? 0 : (completed + failed) / total
}

/** `41.2`, `4.1`, `0.38`: three figures at most. */
export function rate(perS: number): string {
  if (perS >= 100) return count(Math.round(perS))
  return perS >= 1 ? perS.toFixed(1) : perS.toFixed(2)
}

/** `12 min left`, from the core's own reckoning; undefined where it has none. */
export function timeLeft({ expectedEndMs, isPaused, status }: Batch, nowMs: number): string | undefined {
  if (expectedEndMs === undefined || isPaused || isBatchOver(status)) return undefined
  const leftMs = expectedEndMs - nowMs
  return leftMs < 45_000 ? 'less than a minute left' : `${roughly(leftMs)} left`
}

/** Where it runs, in words. */
export function placeWords({ place }: Pick<Batch, 'place'>): string {
  if (place === undefined) return 'wherever it is served'
  return place.framework === undefined ? place.cluster : `${place.cluster}, ${place.framework}`
}

/** `llama-8b`, `llama-8b and 2 more`. */
export function modelWords(models: readonly string[]): string | undefined {
  const [first] = models
  if (first === undefined) return undefined
  return models.length === 1 ? first : `${first} and ${models.length - 1} more`
}

const endpointNames = { '/v1/chat/completions': 'Chat', '/v1/completions': 'Completions', '/v1/embeddings': 'Embeddings', '/v1/responses': 'Responses' } as const

export function endpointWord(endpoint: keyof typeof endpointNames): string {
  return endpointNames[endpoint]
}

export interface BatchDeeds {
  readonly canPause: boolean
  readonly canResume: boolean
  readonly canCancel: boolean
  readonly canRetry: boolean
  readonly canRemove: boolean
}

/** What a person can do with a batch as it is. */
export function deedsOf({ status, isPaused, inProgressAtMs, failed, total, completed }: Batch): BatchDeeds {
  const isOver = isBatchOver(status)
  const isUnderWay = status === 'validating' || status === 'in_progress'
  return {
    canPause: isUnderWay && !isPaused,
    canResume: isUnderWay && isPaused,
    canCancel: isUnderWay,
    canRetry: isOver && (status !== 'failed' || inProgressAtMs !== undefined) && (failed > 0 || completed < total),
    canRemove: isOver,
  }
}
