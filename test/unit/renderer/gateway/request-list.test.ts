import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CoreClient } from '@renderer/rpc'
import { addNewest, addOlder, createRequestFeed, keyOf, usualFilters, type RequestList } from '@renderer/features/gateway/requests/request-list'
import type { RecentPage, RequestRow } from '@shared/domain/records'

function row(startedAtMs: number, more: Partial<RequestRow> = {}): RequestRow {
  return { id: `r${startedAtMs}`, startedAtMs, route: '/v1/chat/completions', status: 200, isFailed: false, isStreamed: false, attempts: 1, isRunning: false, ...more }
}

const empty: RequestList = { running: [], ended: [] }
const times = ({ ended }: RequestList): number[] => ended.map(({ startedAtMs }) => startedAtMs)

/** A core with these requests, from old to new; it answers a page at a time as the records do. */
function coreWith(log: readonly RequestRow[]): CoreClient {
  const recent = ({ limit = 100, before }: { limit?: number; before?: string }): Promise<RecentPage> => {
    const newestFirst = log.toReversed().filter((each) => before === undefined || each.startedAtMs < Number(before))
    const ended = newestFirst.filter(({ isRunning }) => !isRunning)
    const rows = ended.slice(0, limit)
    const running = before === undefined ? newestFirst.filter(({ isRunning }) => isRunning) : []
    return Promise.resolve({ rows: [...running, ...rows], ...(ended.length > limit && { next: String(rows.at(-1)?.startedAtMs) }) })
  }
  return { records: { recent } } as unknown as CoreClient
}

describe('the list of requests', () => {
  it('begins with the running ones, and a request that ends moves down', () => {
    const before = addNewest(empty, { rows: [row(3, { isRunning: true }), row(2), row(1)] })
    expect(before.running.map(({ startedAtMs }) => startedAtMs)).toEqual([3])
    const after = addNewest(before, { rows: [row(3), row(2), row(1)] })
    expect(after.running).toEqual([])
    expect(times(after)).toEqual([3, 2, 1])
  })

  it('keeps what was read further back when new requests come in above', () => {
    const first = addNewest(empty, { rows: [row(6), row(5)], next: '5' })
    const longer = addOlder(first, { rows: [row(4), row(3)], next: '3' })
    const later = addNewest(longer, { rows: [row(7), row(6)], next: '6' })
    expect(times(later)).toEqual([7, 6, 5, 4, 3])
    expect(later.next).toBe('3')
  })

  it('begins anew where more came in than a page holds, rather than with a gap', () => {
    const list = addNewest(addNewest(empty, { rows: [row(2), row(1)] }), { rows: [row(9), row(8)], next: '8' })
    expect(times(list)).toEqual([9, 8])
    expect(list.next).toBe('8')
  })

  it('tells requests apart that their caller gave the same name', () => {
    const list = addNewest(empty, { rows: [row(2, { id: 'mine' }), row(1, { id: 'mine' })] })
    expect(new Set(list.ended.map(keyOf)).size).toBe(2)
  })

  it('shows every request once and in order, however many come in between two readings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.record({ kind: fc.constant('more' as const), count: fc.integer({ min: 0, max: 150 }) }), fc.record({ kind: fc.constantFrom('ask' as const, 'older' as const) })), { maxLength: 20 }), async (steps) => {
        const log: RequestRow[] = []
        const core = coreWith(log)
        const feed = createRequestFeed(usualFilters)
        for (const step of steps) {
          if (step.kind === 'more') for (let made = 0; made < step.count; made += 1) log.push(row(log.length + 1))
          else if (step.kind === 'older') await feed.readOlder(core)
          else await feed.question.ask(core)
        }
        const list = await feed.question.ask(core)
        const shown = times(list)
        expect(shown).toEqual(Array.from(shown, (_, index) => log.length - index))
        expect(list.next === undefined).toBe(shown.length === log.length)
      }),
      { numRuns: 100 },
    )
  })
})
