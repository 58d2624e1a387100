import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { onTestFinished } from 'vitest'
import type { Conversation, Message } from '@shared/domain/conversation'
import { appendMessages } from '@renderer/db/answers'
import { type Clock, createIds, type NewId } from '@renderer/db/environment'
import { createHistory, type History } from '@renderer/db/history'
import { createMemoryLocks } from '@renderer/db/locks'
import { Database } from '@renderer/db/schema'

export interface TestClock extends Clock {
  /** Moves time on and runs what is due, in order. */
  advance(ms: number): void
  readonly timers: number
}

export function createTestClock(startMs = 1_700_000_000_000): TestClock {
  let nowMs = startMs
  const timers = new Set<{ atMs: number; run: () => void }>()
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const untilMs = nowMs + ms
      for (;;) {
        const due = [...timers].filter(({ atMs }) => atMs <= untilMs).sort((left, right) => left.atMs - right.atMs)[0]
        if (!due) break
        timers.delete(due)
        nowMs = Math.max(nowMs, due.atMs)
        due.run()
      }
      nowMs = untilMs
    },
    get timers() {
      return timers.size
    },
  }
}

/** A disk that outlives the windows that open databases on it. */
export function createTestDisk(): { open(): Promise<Database> } {
  const indexedDB = new IDBFactory()
  return {
    async open() {
      const db = new Database('test', { indexedDB, IDBKeyRange })
      await db.open()
      onTestFinished(() => db.close())
      return db
    },
  }
}

export interface TestData {
  readonly db: Database
  readonly clock: TestClock
  readonly newId: NewId
  readonly locks: ReturnType<typeof createMemoryLocks>
  readonly history: History
}

export async function createTestData(disk = createTestDisk(), clock = createTestClock()): Promise<TestData> {
  const db = await disk.open()
  const newId = createIds(clock)
  return { db, clock, newId, locks: createMemoryLocks(), history: createHistory({ db, clock, newId }) }
}

/** Adds one message that has ended, at the end of the conversation or under `parentId`. */
export async function addMessage({ db, clock, newId }: TestData, conversation: Pick<Conversation, 'id'>, content: string, more: Partial<Message> = {}): Promise<Message> {
  clock.advance(1)
  const message: Message = { id: newId(), conversationId: conversation.id, role: 'user', content, state: 'complete', createdAtMs: clock.now(), ...more }
  await appendMessages(db, [message], {})
  return message
}
