import { z } from 'zod'
import type { UsageRequest } from '@shared/domain/records'
import type { Database } from '../storage/database'
import { nextDay, type Zone } from './zone'

/** A part of a span that is read from one of the roll-ups; from (inclusive) to (exclusive). */
export interface Piece {
  readonly every: 'hour' | 'day'
  readonly fromMs: number
  readonly toMs: number
}

export const usageTables = { hour: 'usage_hours', day: 'usage_days' } as const

/** Read at once, so that a long span needs no more memory than a short one. */
const chunkMs = 31 * 86_400_000

/** What a span is read from: hours at its ends, days between; a whole day also where its hours are not kept any more. */
export function usagePieces(database: Database, request: UsageRequest, zone: Zone): Piece[] {
  return planPieces(request, zone, kept(database, 'hour')?.fromMs ?? Infinity).flatMap((piece) => inChunks(piece, kept(database, piece.every)))
}

function planPieces({ by, fromMs, toMs }: UsageRequest, zone: Zone, oldestHour: number): Piece[] {
  const [firstHour, firstDay, lastDay] = [zone.startOfHour(fromMs), zone.startOfDay(fromMs), zone.startOfDay(toMs)]
  if (by === 'hour') return [{ every: 'hour', fromMs: firstHour, toMs }]
  if (by === 'day') return [{ every: 'day', fromMs: firstDay, toMs }]
  if (firstHour < oldestHour) {
    if (toMs <= oldestHour || firstDay === lastDay) return [{ every: 'day', fromMs: firstDay, toMs }]
    return [{ every: 'day', fromMs: firstDay, toMs: lastDay }, { every: 'hour', fromMs: lastDay, toMs }]
  }
  const wholeDay = firstDay === firstHour ? firstDay : nextDay(zone, firstDay)
  if (wholeDay >= lastDay) return [{ every: 'hour', fromMs: firstHour, toMs }]
  return [{ every: 'hour', fromMs: firstHour, toMs: wholeDay }, { every: 'day', fromMs: wholeDay, toMs: lastDay }, { every: 'hour', fromMs: lastDay, toMs }]
}

const bounds = z.object({ oldest: z.number().nullable(), newest: z.number().nullable() })

function kept(database: Database, every: Piece['every']): { readonly fromMs: number; readonly toMs: number } | undefined {
  const table = usageTables[every]
  const found = database.get(bounds, `SELECT (SELECT min(at_ms) FROM ${table}) AS oldest, (SELECT max(at_ms) FROM ${table}) AS newest`)
  return found?.oldest == null || found.newest === null ? undefined : { fromMs: found.oldest, toMs: found.newest + 1 }
}

function inChunks({ every, ...span }: Piece, there: ReturnType<typeof kept>): Piece[] {
  if (there === undefined) return []
  const [fromMs, toMs] = [Math.max(span.fromMs, there.fromMs), Math.min(span.toMs, there.toMs)]
  return Array.from({ length: Math.max(0, Math.ceil((toMs - fromMs) / chunkMs)) }, (_, index) => ({ every, fromMs: fromMs + index * chunkMs, toMs: Math.min(toMs, fromMs + (index + 1) * chunkMs) }))
}
