import { createStore, type StoreApi } from 'zustand/vanilla'
import { backoffMs } from '../../../rpc/backoff'
import type { CoreClient, CoreConnection } from '../../../rpc/connection'
import type { Clock, Locks, NewId } from '../../../db/environment'
import type { BatchOrder, BatchOutboxRow, Database } from '../../../db/schema'
import { problemOf, type Problem } from '@renderer/ui/problem'
import type { Batch } from '@shared/domain/batch'
import type { BatchReport, ValidationProgress } from '@shared/domain/batch-report'
import { FirstError } from '@shared/errors'
import { canWait } from './can-wait'
import type { GatewayHttp } from './gateway-http'
import { batchLock, type Outbox } from './outbox'
import type { SendFile } from './send-file'

/** The file that is prepared: not yet, or no longer, a batch. */
export type Draft = Omit<BatchOutboxRow, 'order' | 'problem'>

/** How far a file is on its way to a batch; one at a time. */
export type IntakeState =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly draft: Draft; readonly sentBytes: number }
  /** The core cannot be reached: it goes on by itself. `isKept`: also after a restart of this window. */
  | { readonly kind: 'waiting'; readonly draft: Draft; readonly isKept: boolean }
  /** `before`: what was found the last time, where it is checked again with another `model`. */
  | { readonly kind: 'checking'; readonly draft: Draft; readonly progress?: ValidationProgress; readonly before?: BatchReport | undefined; readonly model?: string | undefined }
  | { readonly kind: 'checked'; readonly draft: Draft; readonly report: BatchReport; readonly model?: string | undefined }
  | { readonly kind: 'failed'; readonly draft: Draft; readonly problem: Problem }

export interface Intake {
  readonly state: StoreApi<IntakeState>
  /** Takes a file in place of the one before. */
  take(file: Blob, filename: string): Promise<void>
  /** Checks it again, with a model for the requests that name none. */
  check(model?: string): void
  tryAgain(): void
  /** Makes a batch of it. @returns undefined where it waits in the outbox. @throws FirstError `disk_full` where it could not be kept */
  queue(order: BatchOrder): Promise<Batch | undefined>
  discard(): Promise<void>
  /** Goes on with what an earlier run of the window has left, and follows the core. */
  start(): Promise<void>
}

export interface IntakeDeps {
  readonly db: Database
  readonly client: { readonly batches: Pick<CoreClient['batches'], 'check'> }
  readonly state: CoreConnection['state']
  readonly clock: Clock
  readonly random: () => number
  readonly newId: NewId
  readonly locks: Locks
  readonly http: GatewayHttp
  readonly sendFile: SendFile
  readonly outbox: Pick<Outbox, 'sendHeld'>
  readonly onError: (cause: unknown) => void
}

interface Job {
  readonly stop: AbortController
  readonly release: () => void
  /** Resolves to whether the file lies in the window's database. */
  readonly kept: Promise<boolean>
  attempt: number
}

export function createIntake({ db, client, state: core, clock, random, newId, locks, http, sendFile, outbox, onError }: IntakeDeps): Intake {
  const state = createStore<IntakeState>(() => ({ kind: 'none' }))
  let job: Job | undefined
  const show = (next: IntakeState): void => state.setState(next, true)
  const isOpen = (): boolean => core.getState().connection === 'open'

  async function begin(draft: Draft): Promise<void> {
    const release = await locks.tryHold(batchLock(draft.id))
    if (release === undefined) return
    const kept = db.batchOutbox.put(draft).then(
      () => true,
      () => false,
    )
    job = { stop: new AbortController(), release, kept, attempt: 0 }
    await goOn(job, draft)
  }

  /** From wherever it is to the report. */
  async function goOn(mine: Job, draft: Draft, model?: string): Promise<void> {
    const { signal } = mine.stop
    try {
      if (!isOpen()) throw new FirstError('core_unreachable', 'FIRST Desktop does not answer this window.')
      const sent = draft.fileId === undefined ? await send(draft, signal) : draft
      await check(sent, model, signal)
    } catch (cause) {
      if (signal.aborted) return
      if (!canWait(cause)) {
        show({ kind: 'failed', draft: latest(draft), problem: problemOf(cause) })
        return
      }
      show({ kind: 'waiting', draft: latest(draft), isKept: await mine.kept })
      mine.attempt += 1
      const cancel = clock.after(backoffMs(mine.attempt + 2, random), resume)
      signal.addEventListener('abort', cancel, { once: true })
    }
  }

  /** With the id that it may have got before something failed. */
  function latest(draft: Draft): Draft {
    const now = state.getState()
    return now.kind !== 'none' && now.draft.id === draft.id ? now.draft : draft
  }

  async function send(draft: Draft, signal: AbortSignal): Promise<Draft> {
    const { file, filename, ...rest } = draft
    if (file === undefined) throw new FirstError('file_not_found', `“${filename}” is not kept in this window any more.`, { action: 'Choose it again.' })
    show({ kind: 'sending', draft, sentBytes: 0 })
    const fileId = await sendFile({ file, filename, signal, onProgress: (sentBytes) => !signal.aborted && show({ kind: 'sending', draft, sentBytes: Math.min(sentBytes, draft.bytes) }) })
    const sent: Draft = { ...rest, filename, fileId }
    show({ kind: 'checking', draft: sent })
    await db.batchOutbox.put(sent).catch(onError)
    return sent
  }

  async function check(draft: Draft, model: string | undefined, signal: AbortSignal): Promise<void> {
    const now = state.getState()
    const same = { draft, model, before: now.kind === 'checked' ? now.report : undefined }
    show({ kind: 'checking', ...same })
    for await (const event of await client.batches.check({ fileId: draft.fileId ?? '', ...(model !== undefined && { model }) }, { signal })) {
      if (signal.aborted) return
      if (event.kind === 'progress') show({ kind: 'checking', ...same, progress: event.progress })
      else show({ kind: 'checked', draft, report: event.report, model })
    }
    if (state.getState().kind === 'checking' && !signal.aborted) throw new FirstError('core_unreachable', 'The way to FIRST Desktop was cut.')
  }

  function resume(): void {
    const now = state.getState()
    if (job !== undefined && now.kind === 'waiting' && isOpen()) goOn(job, now.draft).catch(onError)
  }

  function end(): Draft | undefined {
    const now = state.getState()
    job?.stop.abort()
    job?.release()
    job = undefined
    show({ kind: 'none' })
    return now.kind === 'none' ? undefined : now.draft
  }

  /** Lets go of the file at once; the promise is of what is left of it here and there. */
  async function discard(): Promise<void> {
    const kept = job?.kept
    const draft = end()
    if (draft === undefined) return
    await kept
    await db.batchOutbox.delete(draft.id)
    // The core lets go of it by itself after its time, where this does not get through.
    if (draft.fileId !== undefined && isOpen()) await http.call({ method: 'DELETE', path: `/files/${draft.fileId}` }).catch(() => undefined)
  }

  return {
    state,
    async take(file, filename) {
      const cleared = discard()
      const draft: Draft = { id: newId(), filename, bytes: file.size, createdAtMs: clock.now(), file }
      // At once, so that its page has something to show.
      show({ kind: 'sending', draft, sentBytes: 0 })
      await Promise.all([cleared, begin(draft)])
    },
    check(model) {
      const now = state.getState()
      if (job !== undefined && now.kind === 'checked') goOn(job, now.draft, model).catch(onError)
    },
    tryAgain() {
      const now = state.getState()
      if (job !== undefined && (now.kind === 'failed' || now.kind === 'waiting')) goOn(job, now.draft).catch(onError)
    },
    async queue(order) {
      const now = state.getState()
      if (now.kind !== 'checked' && now.kind !== 'waiting') return undefined
      try {
        await job?.kept
        await db.batchOutbox.put({ ...now.draft, order })
      } catch (cause) {
        throw new FirstError('disk_full', 'There is no room in this window to keep the file until it can be sent.', { cause })
      }
      const batch = await outbox.sendHeld(now.draft.id)
      end()
      return batch
    },
    discard,
    async start() {
      core.subscribe((now, before) => {
        if (now.connection === 'open' && before.connection !== 'open') resume()
      })
      const drafts = await db.batchOutbox.filter(({ order }) => order === undefined).sortBy('createdAtMs')
      const last = drafts.at(-1)
      if (last !== undefined && state.getState().kind === 'none') await begin(last)
    },
  }
}
