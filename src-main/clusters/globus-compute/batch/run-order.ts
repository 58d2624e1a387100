import { FirstError, toFirstError } from '@shared/errors'
import { verdictOf } from '../../../batches/run/verdict'
import type { Timers } from '../../local/timers'
import { hasWorked, readOrderLine, readResultLine, type OrderLine } from './chunk-result'
import { openOrder, type OrderFile } from './order-file'
import { keepResults, readResults, requestsPath, saveState, type Chunk, type OrderState } from './order-state'

export interface OrderSettings {
  readonly tasksAtOnce: number
  readonly linesPerTask: number
}

export interface ChunkDone {
  /** Result lines, in the form of OpenAI's batch output. */
  readonly lines: readonly string[]
  /** Why some of it was not done. */
  readonly problem: string | undefined
}

export interface RunOrderDeps extends OrderSettings {
  readonly folder: string
  readonly state: OrderState
  /**
   * Has the cluster do requests; the same chunk asked for again after a restart takes up the task it had. Nothing of it is lost
   * once `keep` has resolved.
   */
  readonly perform: (chunk: Chunk, lines: readonly OrderLine[], keep: (done: ChunkDone) => Promise<void>, signal: AbortSignal) => Promise<ChunkDone>
  readonly timers: Timers
}

export interface OrderRun {
  readonly state: () => OrderState
  /** Why nothing goes on at the moment. */
  readonly problem: () => FirstError | undefined
  /** What is done stays, the rest is not sent. */
  cancel(): Promise<void>
  /** It goes on at the next start. */
  close(): Promise<void>
}

/** Of the requests as they stand in the file; escaped twice on their way they stay below the 10 MB of a submission. */
const mostBytes = 1.5 * 2 ** 20
/** A chunk that brought nothing so often is left to be done request by request. */
const mostTries = 3
/** So many chunks in a row that bring nothing: the function cannot do it here. */
const mostInVain = 5
const retryMs = 15_000

/** Sends an order as tasks, some at once, until each of its requests has a result or was tried in vain. */
export function runOrder({ folder, state: first, tasksAtOnce, linesPerTask, perform, timers }: RunOrderDeps): OrderRun {
  const stopping = new AbortController()
  const underWay = new Set<number>()
  let state = first
  let problem: FirstError | undefined
  let inVain = 0

  let saving: Promise<void> = Promise.resolve()
  const save = (changes: Partial<OrderState>): Promise<void> => {
    state = { ...state, ...changes }
    saving = saving.catch(() => undefined).then(() => saveState(folder, state))
    return saving
  }

  /** One that waits, or the next of the file. */
  const nextChunk = async (file: OrderFile): Promise<Chunk | undefined> => {
    const waiting = state.chunks.find(({ id }) => !underWay.has(id))
    if (waiting !== undefined) return waiting
    const lines: number[] = []
    let sizeBytes = 0
    for (let line = state.next; line < file.count && lines.length < linesPerTask; line++) {
      sizeBytes += file.sizeOf(line)
      if (lines.length > 0 && sizeBytes > mostBytes) break
      lines.push(line)
    }
    if (lines.length === 0) return undefined
    const chunk: Chunk = { id: state.nextChunk, lines, tries: 0 }
    underWay.add(chunk.id)
    // Kept before it goes, so that a restart asks for the same chunk.
    await save({ next: state.next + lines.length, nextChunk: state.nextChunk + 1, chunks: [...state.chunks, chunk] })
    return chunk
  }

  /** In place of a chunk what is left of it: as one where it has brought something, in halves where it has not. */
  const replace = (chunk: Chunk, left: readonly number[], changes: Partial<OrderState> = {}): Promise<void> => {
    const hasBrought = left.length < chunk.lines.length
    const tries = hasBrought ? 0 : chunk.tries + 1
    const half = hasBrought ? left.length : Math.ceil(left.length / 2)
    const parts = tries >= mostTries ? [] : [left.slice(0, half), left.slice(half)].filter(({ length }) => length > 0)
    const chunks = parts.map((lines, at): Chunk => ({ id: state.nextChunk + at, lines: [...lines], tries }))
    inVain = hasBrought ? 0 : inVain + 1
    return save({ ...changes, nextChunk: state.nextChunk + chunks.length, chunks: [...state.chunks.filter(({ id }) => id !== chunk.id), ...chunks] })
  }

  const take = (chunk: Chunk, asked: readonly OrderLine[], results: readonly string[]): Promise<void> => {
    const read = results.map(readResultLine)
    const done = new Set(read.map(({ custom_id: id }) => id))
    const worked = read.filter(hasWorked).length
    const left = chunk.lines.filter((_line, at) => !done.has(asked[at]?.custom_id ?? ''))
    return replace(chunk, left, { completed: state.completed + worked, failed: state.failed + read.length - worked })
  }

  const doChunk = async (file: OrderFile, chunk: Chunk): Promise<void> => {
    const asked = (await file.read(chunk.lines)).map(readOrderLine)
    const known = await readResults(folder, chunk)
    if (known !== undefined) return take(chunk, asked, known)
    const ids = new Set(asked.map(({ custom_id: id }) => id))
    const ours = (lines: readonly string[]): string[] => lines.filter((text) => ids.delete(readResultLine(text).custom_id))
    let kept: string[] = []
    const { problem: undone } = await perform(
      chunk,
      asked,
      async ({ lines }) => {
        kept = ours(lines)
        if (kept.length > 0) await keepResults(folder, chunk, kept)
      },
      stopping.signal,
    )
    await take(chunk, asked, kept)
    if (kept.length === 0 && inVain >= mostInVain) await fail(undone ?? 'it did none of them')
    problem = undefined
  }

  /** What is under way is not waited for: all that has no result is done in another way. */
  const fail = (reason: string): Promise<void> => {
    stopping.abort(new FirstError('cancelled', 'The cluster could not do the batch.'))
    return save({ status: 'failed', reason: reason.slice(0, 300), chunks: [] })
  }

  const attempt = async (file: OrderFile, chunk: Chunk): Promise<void> => {
    try {
      await doChunk(file, chunk)
    } catch (cause) {
      if (stopping.signal.aborted) return
      const error = toFirstError(cause)
      if (error.code === 'access_denied') await fail(error.message)
      else if (verdictOf(error) === 'later') {
        problem = error
        await rest()
      } else {
        await replace(chunk, chunk.lines)
        if (inVain >= mostInVain) await fail(error.message)
      }
    } finally {
      underWay.delete(chunk.id)
    }
  }

  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = timers.after(retryMs, () => {
        stopping.signal.removeEventListener('abort', end)
        resolve()
      })
      const end = (): void => {
        cancel()
        resolve()
      }
      stopping.signal.addEventListener('abort', end, { once: true })
    })

  const run = async (): Promise<void> => {
    const file = await openOrder(requestsPath(folder))
    const going = new Set<Promise<void>>()
    try {
      while (state.status === 'running' && !stopping.signal.aborted) {
        const chunk = going.size < tasksAtOnce ? await nextChunk(file) : undefined
        if (chunk !== undefined) {
          underWay.add(chunk.id)
          const one: Promise<void> = attempt(file, chunk).finally(() => going.delete(one))
          going.add(one)
        } else if (going.size > 0) await Promise.race(going)
        else await save({ status: 'ended' })
      }
    } finally {
      await Promise.allSettled(going)
      await file.close()
    }
  }

  const ended = run().catch(async (cause: unknown) => {
    if (!stopping.signal.aborted) await fail(toFirstError(cause).message).catch(() => undefined)
  })

  return {
    state: () => state,
    problem: () => problem,
    async cancel() {
      stopping.abort(new FirstError('cancelled', 'The batch was cancelled.'))
      await ended
      if (state.status === 'running') await save({ status: 'ended', chunks: [] })
    },
    async close() {
      stopping.abort(new FirstError('shutting_down', 'The cluster was closed.'))
      await ended
    },
  }
}
