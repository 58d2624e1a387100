import type { z } from 'zod'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CoreClient } from '../rpc/connection'
import type { Clock } from './environment'
import type { Database } from './schema'

/** Something a page asks the core; of two with the same key the answers are the same. */
export interface Question<T> {
  readonly key: string
  /** What a kept answer must still be: an older version may have kept another. */
  readonly schema: z.ZodType<T>
  /** False for a question that is asked once, such as one with filters: its answer lives as long as the page. */
  readonly isKept?: boolean
  /** What of an answer is worth keeping; absent: all of it. */
  readonly shorten?: (value: T) => T
  /** The core is asked again after this long, while the page is looked at. */
  readonly everyMs?: number
  ask(client: CoreClient): Promise<T>
}

/** What is known of the answer. `value` is the last one, `atMs` its time; `cause` says why the newest attempt failed. */
export interface Known<T> {
  readonly value?: T
  readonly atMs?: number
  readonly cause?: unknown
  readonly isAsking: boolean
}

export interface LastKnown {
  readonly state: StoreApi<Readonly<Record<string, Known<unknown>>>>
  /** Shows what was kept, then asks. While an attempt is under way another one follows it; resolves when the answer is shown. */
  ask<T>(question: Question<T>): Promise<void>
  /** Forgets an answer that is not kept. */
  forget(key: string): void
}

/** An answer that changes each second is not written each second. */
const keptEveryMs = 10_000

/** The last answers to what pages ask, in memory and on disk, so that a page paints at once and says how old that is. */
export function createLastKnown({ db, client, clock, onError }: { db: Database; client: CoreClient; clock: Clock; onError: (cause: unknown) => void }): LastKnown {
  const state = createStore<Readonly<Record<string, Known<unknown>>>>(() => ({}))
  const running = new Map<string, Promise<void>>()
  const wantedAgain = new Set<string>()
  const keptAtMs = new Map<string, number>()

  const change = (key: string, next: Partial<Known<unknown>>): void => state.setState((all) => ({ [key]: { isAsking: false, ...all[key], ...next } }))

  async function showKept<T>({ key, schema, isKept = true }: Question<T>): Promise<void> {
    if (!isKept || state.getState()[key]?.atMs !== undefined) return
    const row = await db.lastKnown.get(key).catch(onError)
    const kept = schema.safeParse(row?.value)
    if (row !== undefined && kept.success && state.getState()[key]?.atMs === undefined) change(key, { value: kept.data, atMs: row.atMs })
  }

  function keep<T>({ key, isKept = true, shorten }: Question<T>, value: T, atMs: number): void {
    if (!isKept || atMs - (keptAtMs.get(key) ?? -Infinity) < keptEveryMs) return
    keptAtMs.set(key, atMs)
    db.lastKnown.put({ key, value: shorten === undefined ? value : shorten(value), atMs }).catch(onError)
  }

  async function attempt<T>(question: Question<T>): Promise<void> {
    const { key } = question
    change(key, { isAsking: true })
    const reading = showKept(question)
    let end: Partial<Known<unknown>>
    try {
      const value = await question.ask(client)
      const atMs = clock.now()
      end = { value, atMs, cause: undefined }
      keep(question, value, atMs)
    } catch (cause) {
      await reading
      end = { cause }
    }
    const isForgotten = state.getState()[key] === undefined
    if (!isForgotten) change(key, { ...end, isAsking: false })
  }

  async function run<T>(question: Question<T>): Promise<void> {
    const { key } = question
    do {
      wantedAgain.delete(key)
      await attempt(question)
    } while (wantedAgain.has(key))
    running.delete(key)
  }

  return {
    state,
    ask(question) {
      const { key } = question
      const present = running.get(key)
      if (present !== undefined) wantedAgain.add(key)
      const next = present ?? run(question)
      running.set(key, next)
      return next
    },
    forget(key) {
      state.setState((all) => Object.fromEntries(Object.entries(all).filter(([each]) => each !== key)), true)
    },
  }
}
