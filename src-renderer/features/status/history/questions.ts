import type { Question } from '@renderer/db'
import { keptHistoryMs, statusHistory, type StatusHistory } from '@shared/domain/status-history'

/** All that is kept of the past of every cluster and model. */
export const historyQuestion: Question<StatusHistory> = {
  key: 'status history',
  schema: statusHistory,
  everyMs: 60_000,
  ask: (client) => client.status.history({ fromMs: Date.now() - keptHistoryMs }),
}

/** The past of one model of a cluster. */
export function modelHistoryQuestion(cluster: string, model: string): Question<StatusHistory> {
  return {
    key: `status history of ${cluster} ${model}`,
    schema: statusHistory,
    isKept: false,
    everyMs: 15_000,
    ask: (client) => client.status.history({ fromMs: Date.now() - keptHistoryMs, cluster, model }),
  }
}
