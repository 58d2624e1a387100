import { isKeptOff, type StartEstimate } from '@renderer/features/status'
import { roughly } from '@renderer/ui/format'
import type { ModelInfo } from '@shared/domain/model'
import { shortName } from '../model-picker/choose-model'

/** A start is not over before it is over, whatever the past says. */
const mostClaimed = 0.95

/** How much of a start is done, 0 to 0.95, as the engine says or as past starts went; undefined where neither is known. */
export function startFraction({ progress }: Pick<ModelInfo, 'progress'>, { sinceMs, usualMs }: StartEstimate, nowMs: number): number | undefined {
  if (progress !== undefined) return Math.min(mostClaimed, progress)
  if (sinceMs === undefined || usualMs === undefined || usualMs <= 0) return undefined
  return Math.min(mostClaimed, Math.max(0, nowMs - sinceMs) / usualMs)
}

/** Where a model that is not live has got to: `Llama-3.1-8B is starting on alcf, 40%`. */
export function startWords({ id, cluster, status, progress, scaling }: ModelInfo): string {
  const name = shortName(id)
  if (status === 'queued') return `${name} waits in the queue of ${cluster}`
  if (status === 'starting') return `${name} is starting on ${cluster}${progress === undefined ? '' : `, ${Math.round(Math.min(mostClaimed, progress) * 100)}%`}`
  const wish = scaling?.wish
  if (isKeptOff(wish)) return `${name} is kept stopped on ${cluster}${wish?.by === undefined ? '' : ` by ${wish.by}`}; a message does not start it`
  return `${name} is not running; it starts with your message`
}

/** The same of one that a message waits for. */
export function waitingWords(model: ModelInfo): string {
  const { id, cluster, status, scaling } = model
  if (status === 'failed') return `${shortName(id)} did not start on ${cluster}`
  if (status === 'maintenance') return `${cluster} is under maintenance`
  if (status === 'offline' && !isKeptOff(scaling?.wish)) return `${shortName(id)} is asked for on ${cluster}`
  return startWords(model)
}

/** What past starts say of this one; undefined where none was seen. */
export function usualWords({ status }: ModelInfo, { sinceMs, usualMs }: StartEstimate, nowMs: number): string | undefined {
  if (usualMs === undefined) return undefined
  if (status === 'offline') return `it usually takes ${aboutMs(usualMs)}`
  const leftMs = sinceMs === undefined ? undefined : sinceMs + usualMs - nowMs
  if (leftMs === undefined) return `usually live after ${aboutMs(usualMs)}`
  return leftMs > 0 ? `usually live in ${aboutMs(leftMs)}` : `longer than usual (${aboutMs(usualMs)})`
}

/** Quick starts in seconds, the others in whole minutes or more. */
function aboutMs(ms: number): string {
  return ms < 60_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : roughly(ms)
}

/** A time that ticks: `8 s`, `3 min 5 s`, `1 h 12 min`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
