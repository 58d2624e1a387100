import type { z } from 'zod'
import type { LiveCounters, recentRequest, RecentPage, RecordFilters, RecordsState, RequestRow, SeriesPoint, SeriesRequest, UsageRequest, UsageRow } from '@shared/domain/records'
import type { Clock } from '../core/clock'
import { asksModel, isFailure, type RequestOutcome } from './recorder'
import type { RecordsStore } from './records-store'
import type { RequestRecorder } from './request-recorder'

/** Requests now and lately and what they used, as the window asks for them. */
export interface RequestRecords {
  recent(request: z.output<typeof recentRequest>): Promise<RecentPage>
  usage(request: UsageRequest): Promise<UsageRow[]>
  series(request: SeriesRequest): Promise<SeriesPoint[]>
  live(): LiveCounters
  state(): Promise<RecordsState>
}

interface RequestRecordsDeps {
  readonly recorder: RequestRecorder
  readonly store: RecordsStore
  readonly clock: Clock
  /** Names of identities by their ids, revoked ones too. */
  readonly identityNames: () => ReadonlyMap<string, string>
  /** Requests that wait for a model to start. */
  readonly waiting?: () => number
}

export function createRequestRecords({ recorder, store, clock, identityNames, waiting }: RequestRecordsDeps): RequestRecords {
  const runningRows = (limit: number, filters: RecordFilters): RequestRow[] => {
    const matching = [...recorder.running()].filter((outcome) => matches(outcome, filters))
    return matching
      .sort((one, other) => other.startedAtMs - one.startedAtMs)
      .slice(0, limit)
      .map(runningRow)
  }
  return {
    async recent({ limit, before, filters }) {
      // What ended a moment ago would be in neither list.
      await recorder.flush()
      const running = before === undefined ? runningRows(limit, filters) : []
      const page = await store.recent({ limit, filters, ...(before !== undefined && { before }) })
      const names = identityNames()
      return { ...page, rows: [...running, ...page.rows].map((row) => (row.identity === undefined ? row : { ...row, identityName: names.get(row.identity) ?? row.identity })) }
    },
    async usage(request) {
      await recorder.flush()
      const rows = await store.usage(request)
      if (request.by !== 'key') return rows
      const names = identityNames()
      return rows.map((row) => ({ ...row, label: names.get(row.id) ?? row.label }))
    },
    async series(request) {
      await recorder.flush()
      return store.series(request)
    },
    live() {
      const running = [...recorder.running()].filter(asksModel).length
      return { atMs: clock.now(), running, ...(waiting !== undefined && { waiting: waiting() }), ...recorder.lastMinute() }
    },
    async state() {
      const problem = recorder.problem()
      return { ...(await store.kept()), rowsDropped: recorder.rowsDropped(), isDegraded: problem !== undefined, ...(problem !== undefined && { sentence: `Requests are counted but not listed: ${problem.message} ${problem.kind.action}` }) }
    },
  }
}

function matches(outcome: RequestOutcome, filters: RecordFilters): boolean {
  if (filters.status !== undefined && filters.status !== 'running') return false
  if (filters.sinceMs !== undefined && outcome.startedAtMs < filters.sinceMs) return false
  if (filters.asksModel === true && !asksModel(outcome)) return false
  return (['model', 'cluster', 'identity'] as const).every((field) => filters[field] === undefined || filters[field] === outcome[field])
}

function runningRow(outcome: RequestOutcome): RequestRow {
  const { requestId, startedAtMs, identity, route, operation, model, cluster, framework, status, errorCode, isStreamed, attempts, firstByteMs, queuedMs } = outcome
  return {
    id: requestId,
    startedAtMs: Math.round(startedAtMs),
    route,
    status,
    isFailed: isFailure(outcome),
    isStreamed,
    attempts,
    isRunning: true,
    ...(identity !== undefined && { identity }),
    ...(operation !== undefined && { operation }),
    ...(model !== undefined && { model }),
    ...(cluster !== undefined && { cluster }),
    ...(framework !== undefined && { framework }),
    ...(errorCode !== undefined && { errorCode }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(queuedMs !== undefined && { queuedMs }),
  }
}
