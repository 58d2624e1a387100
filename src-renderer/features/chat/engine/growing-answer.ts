import type { StoreApi } from 'zustand'
import { saveStreamProgress } from '../../../db/answers'
import type { Clock } from '../../../db/environment'
import type { Database } from '../../../db/schema'
import { toStorageError } from '../../../db/storage-error'
import type { AnswerPiece } from './chunk'
import { estimateTokens } from './speed'
import type { StreamsState, StreamView } from './types'

/** Milliseconds between two writes of an answer that grows. */
const saveEveryMs = 500

export interface GrowingAnswer {
  readonly view: StreamView
  /** Adds what came; the store hears of it with the next frame, the disk within half a second. */
  add(piece: Pick<AnswerPiece, 'content' | 'reasoning'>): void
  servedBy(cluster: string): void
  /** Writes now what is not written yet. */
  flush(): Promise<void>
  tell(changes: Partial<StreamView>): void
  /** Ends the writing in the background. */
  close(): Promise<void>
}

export interface GrowingDeps {
  readonly db: Database
  readonly clock: Clock
  readonly streams: StoreApi<StreamsState>
  readonly scheduleFrame: (apply: () => void) => void
}

/** An answer while it streams: in memory at each token, in the store once a frame, in the database twice a second. */
export function createGrowingAnswer({ db, clock, streams, scheduleFrame }: GrowingDeps, start: StreamView): GrowingAnswer {
  let view = start
  let events = 0
  let isFrameAsked = false
  let isClosed = false
  let savedLength = view.content.length + view.reasoning.length
  let savedAtMs = clock.now()
  let cancelSave: (() => void) | undefined
  let saving: Promise<void> = Promise.resolve()
  const lengthBefore = savedLength

  function show(): void {
    isFrameAsked = false
    if (isClosed) return
    streams.setState(({ streams: all }) => ({ streams: { ...all, [view.messageId]: view } }))
  }

  function tell(changes: Partial<StreamView>): void {
    view = { ...view, ...changes }
    if (isFrameAsked) return
    isFrameAsked = true
    scheduleFrame(show)
  }

  async function save(): Promise<void> {
    const length = view.content.length + view.reasoning.length
    if (length === savedLength) return
    try {
      await saveStreamProgress(db, clock, view.messageId, { content: view.content, ...(view.reasoning !== '' && { reasoning: view.reasoning }) })
      savedLength = length
      if (view.storageProblem !== undefined) tell({ storageProblem: undefined })
    } catch (cause) {
      tell({ storageProblem: toStorageError(cause).message })
    }
  }

  function flush(): Promise<void> {
    cancelSave?.()
    cancelSave = undefined
    savedAtMs = clock.now()
    saving = saving.then(save)
    return saving
  }

  function saveSoon(): void {
    const waitMs = savedAtMs + saveEveryMs - clock.now()
    // Timers of a hidden window may sleep for a minute; what comes from the network wakes it all the same.
    if (waitMs <= 0) void flush()
    else cancelSave ??= clock.after(waitMs, () => void flush())
  }

  show()
  return {
    get view() {
      return view
    },
    add({ content, reasoning }) {
      if (content === '' && reasoning === '') return
      events += 1
      const nowMs = clock.now()
      const text = { content: view.content + content, reasoning: view.reasoning + reasoning }
      const firstTokenAtMs = view.firstTokenAtMs ?? nowMs
      const estimatedTokens = estimateTokens(text.content.length + text.reasoning.length - lengthBefore, events)
      const seconds = (nowMs - firstTokenAtMs) / 1000
      tell({
        ...text,
        firstTokenAtMs,
        lastTokenAtMs: nowMs,
        estimatedTokens,
        phase: content === '' && view.phase !== 'answering' ? 'thinking' : 'answering',
        ...(content !== '' && view.answerAtMs === undefined && { answerAtMs: nowMs }),
        ...(seconds > 0 && { tokensPerS: (estimatedTokens - 1) / seconds }),
      })
      saveSoon()
    },
    servedBy: (cluster) => tell({ cluster }),
    flush,
    tell,
    async close() {
      isClosed = true
      cancelSave?.()
      await saving
    },
  }
}
