import type { Question } from '@renderer/db'
import { usageSeries, usageTable, type SeriesPoint, type UsageRow } from '@shared/domain/records'
import { filterOf, spanOf, spans, type Breakdown, type Focus, type Range } from './usage-view'

const everyMs = 10_000

export function seriesQuestion(range: Range, focus: Focus | undefined): Question<readonly SeriesPoint[]> {
  return {
    key: `usage series ${range}${focus === undefined ? '' : ` ${focus.by} ${focus.id}`}`,
    schema: usageSeries.shape.points,
    isKept: focus === undefined,
    everyMs,
    ask: async (client) => (await client.records.series({ every: spans[range].every, ...spanOf(range, Date.now()), ...filterOf(focus) })).points,
  }
}

/** By time it is narrowed as the chart is; by anything else it is whole, so that another row can be chosen. */
export function tableQuestion(range: Range, by: Breakdown, focus: Focus | undefined): Question<readonly UsageRow[]> {
  const narrowed = by === 'time' ? focus : undefined
  return {
    key: `usage ${range} ${by}${narrowed === undefined ? '' : ` ${narrowed.by} ${narrowed.id}`}`,
    schema: usageTable.shape.rows,
    isKept: narrowed === undefined,
    everyMs,
    ask: async (client) => (await client.records.usage({ by: by === 'time' ? spans[range].every : by, ...spanOf(range, Date.now()), ...filterOf(narrowed) })).rows,
  }
}
