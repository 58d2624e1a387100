import type { StartEstimate } from '@renderer/features/status'
import { roughly } from '@renderer/ui/format'
import type { ModelInfo } from '@shared/domain/model'
import { shortName } from '../model-picker/choose-model'

/** Where a model that is not live has got to: `Llama-3.1-8B is starting on alcf, 40%`. */
export function startWords({ id, cluster, status, progress }: ModelInfo): string {
  const name = shortName(id)
  if (status === 'queued') return `${name} waits in the queue of ${cluster}`
  if (status === 'starting') return `${name} is starting on ${cluster}${progress === undefined ? '' : `, ${Math.round(progress * 100)}%`}`
  return `${name} is not running; it starts with your message`
}

/** What past starts say of this one; undefined where none was seen. */
export function usualWords({ status }: ModelInfo, { sinceMs, usualMs }: StartEstimate, nowMs: number): string | undefined {
  if (usualMs === undefined) return undefined
  if (status === 'offline') return `it usually takes ${roughly(usualMs)}`
  const leftMs = sinceMs === undefined ? undefined : sinceMs + usualMs - nowMs
  if (leftMs === undefined) return `usually live after ${roughly(usualMs)}`
  return leftMs > 0 ? `usually live in ${roughly(leftMs)}` : `longer than the usual ${roughly(usualMs)}`
}

/** A time that ticks: `8 s`, `3 min 5 s`, `1 h 12 min`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
