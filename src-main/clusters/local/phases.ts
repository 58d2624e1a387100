import type { ModelStatus } from '@shared/domain/model'

/** Where a model of this machine is in its life; `waiting` is the pause between a crash and the next start, `retiring` the last requests of one that was removed. */
export type Phase = 'offline' | 'starting' | 'live' | 'waiting' | 'failed' | 'retiring' | 'closed'

export type Move = 'start' | 'ready' | 'startFailed' | 'crash' | 'giveUp' | 'unload' | 'retire' | 'close'

/** The allowed moves; one that is not named here leaves the phase as it is. */
const moves: Record<Phase, Partial<Record<Move, Phase>>> = {
  offline: { start: 'starting', close: 'closed' },
  starting: { ready: 'live', startFailed: 'failed', close: 'closed' },
  live: { crash: 'waiting', giveUp: 'failed', unload: 'offline', retire: 'retiring', close: 'closed' },
  waiting: { start: 'starting', close: 'closed' },
  failed: { start: 'starting', close: 'closed' },
  retiring: { close: 'closed' },
  closed: {},
}

export const next = (phase: Phase, move: Move): Phase => moves[phase][move] ?? phase

export const statusOf: Record<Phase, ModelStatus> = { offline: 'offline', starting: 'starting', live: 'live', waiting: 'starting', failed: 'failed', retiring: 'live', closed: 'offline' }
