import { duration, roughly } from '@renderer/ui/format'
import type { Batch } from '@shared/domain/batch'

const longMs = 60 * 60 * 1000

/** From its start to its end. */
export function lasted({ inProgressAtMs, createdAtMs, endedAtMs }: Pick<Batch, 'inProgressAtMs' | 'createdAtMs' | 'endedAtMs'>): string {
  if (endedAtMs === undefined) return '–'
  const ms = endedAtMs - (inProgressAtMs ?? createdAtMs)
  return ms < longMs ? duration(ms) : roughly(ms)
}
