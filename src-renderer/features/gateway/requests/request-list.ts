import type { Question } from '@renderer/db'
import type { CoreClient } from '@renderer/rpc'
import { requestRow, type RecentPage, type RecordFilters, type RequestRow } from '@shared/domain/records'
import { z } from 'zod'

/** What is shown of the requests: the running ones, and those that ended as far back as they were asked for. */
export const requestList = z.object({
  running: z.array(requestRow),
  /** From new to old. */
  ended: z.array(requestRow),
  /** Where the next older page begins; absent at the end. */
  next: z.string().optional(),
})
export type RequestList = z.infer<typeof requestList>

const pageSize = 100

/** What a list begins with: programs ask for the list of models all the time. */
export const usualFilters: RecordFilters = { asksModel: true }

/** A filter that was taken out again leaves no trace. */
export function isUsual(filters: RecordFilters): boolean {
  return JSON.stringify(filters) === JSON.stringify(usualFilters)
}

/** A caller may name its requests, so an id alone does not tell them apart. */
export function keyOf({ id, startedAtMs }: RequestRow): string {
  return `${startedAtMs} ${id}`
}

/** The newest page takes its place before what is there; where there is a gap between them, what is there goes. */
export function addNewest(list: RequestList, { rows, next }: RecentPage): RequestList {
  const running = rows.filter(({ isRunning }) => isRunning)
  const newest = rows.filter(({ isRunning }) => !isRunning)
  const known = new Set(newest.map(keyOf))
  const older = list.ended.filter((row) => !known.has(keyOf(row)))
  const meets = older.length < list.ended.length
  if (!meets) return { running, ended: newest, ...(next !== undefined && { next }) }
  return { running, ended: [...newest, ...older], ...(list.next !== undefined && { next: list.next }) }
}

export function addOlder(list: RequestList, { rows, next }: RecentPage): RequestList {
  const known = new Set(list.ended.map(keyOf))
  return { running: list.running, ended: [...list.ended, ...rows.filter((row) => !row.isRunning && !known.has(keyOf(row)))], ...(next !== undefined && { next }) }
}

export interface RequestFeed {
  readonly question: Question<RequestList>
  /** Reads one page further back; `question` then gives it too. */
  readOlder(client: CoreClient): Promise<void>
}

/** The requests that fit the filters, newest first, as many as were asked for. */
export function createRequestFeed(filters: RecordFilters): RequestFeed {
  let list: RequestList = { running: [], ended: [] }
  let reading: Promise<void> | undefined

  async function read(client: CoreClient): Promise<void> {
    if (list.next === undefined) return
    const page = await client.records.recent({ limit: pageSize, before: list.next, filters })
    list = addOlder(list, page)
  }

  return {
    question: {
      key: `requests ${JSON.stringify(filters)}`,
      schema: requestList,
      isKept: isUsual(filters),
      shorten: ({ ended }) => ({ running: [], ended: ended.slice(0, pageSize) }),
      everyMs: 1500,
      async ask(client) {
        const page = await client.records.recent({ limit: pageSize, filters })
        list = addNewest(list, page)
        return list
      },
    },
    readOlder(client) {
      reading ??= read(client).finally(() => (reading = undefined))
      return reading
    },
  }
}
