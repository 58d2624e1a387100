import { isBatchOver } from '@shared/domain/batch'
import type { BatchReport } from '@shared/domain/batch-report'
import { toFirstError } from '@shared/errors'
import type { Logger } from '../core/logger'
import type { BatchBook } from './batch-book'
import { driveBatch, type Drive, type DriveDeps } from './drive-batch'
import { passingFault } from './passing-fault'
import type { Ending } from './run/mark-rest'
import type { Running } from './shown-batch'
import type { StoredBatch } from './stored-batch'

/** The batches that are on their way. */
export interface Drives {
  of(id: string): Running
  /** Takes a batch to its end, unless it is on its way there. */
  drive(id: string): void
  /** Looks at what has expired and at what has room again. */
  look(): void
  /** What waits for a place tries again at once. */
  relieve(): void
  /** Lets go of all. */
  close(): Promise<void>
}

export interface DrivesDeps extends Pick<DriveDeps, 'files' | 'validate' | 'rules' | 'perform' | 'siteOf' | 'clock' | 'random'> {
  readonly book: BatchBook
  readonly mostAtOnce: () => number
  /** Requests of a batch that may be under way at once beside those of people. @param sending batches that have requests to send now */
  readonly roomFor: (batch: StoredBatch, sending: readonly StoredBatch[]) => number
  /** Called when a batch is over: it needs no place any more. */
  readonly release: (id: string) => void
  readonly onReport: (id: string, report: BatchReport) => void
  readonly onChange: () => void
  readonly logger: Logger
}

/** Milliseconds before a batch whose files could not be read or written is tried again. */
const faultRetryMs = 5_000

export function createDrives({ book, mostAtOnce, roomFor, release, onReport, onChange, logger, ...deps }: DrivesDeps): Drives {
  const { clock } = deps
  const drives = new Map<string, Drive>()
  /** Why a batch that is not driven waits. */
  const held = new Map<string, string>()
  let isClosing = false

  /** Whether it has requests to send from here: one that is paused, or done at a site, takes no part of what places can do. */
  const isSending = ({ id, status, isPaused, site, total, completed, failed }: StoredBatch): boolean => {
    const inFlight = drives.get(id)?.inFlight() ?? 0
    return status === 'in_progress' && !isPaused && (inFlight > 0 || (site === undefined && completed + failed < total))
  }
  const room = (batch: StoredBatch): number => {
    const others = Array.from(drives.keys()).flatMap((id) => book.find(id) ?? [])
    return roomFor(batch, others.filter(isSending))
  }
  /** What it was being brought to, or has to be by now. */
  const endingOf = ({ status, expiresAtMs }: StoredBatch): Ending | undefined =>
    status === 'cancelling' ? 'cancelled' : expiresAtMs <= clock() && status !== 'finalizing' ? 'expired' : undefined

  const hold = (id: string, cause: unknown): void => {
    const { message } = passingFault(cause) ?? toFirstError(cause)
    logger.warn({ batch: id, cause: message }, 'a batch waits for its files')
    held.set(id, message)
    setTimeout(() => {
      held.delete(id)
      if (!isBatchOver(book.get(id).status)) drive(id)
    }, faultRetryMs).unref()
  }
  const drive = (id: string): void => {
    if (isClosing || drives.has(id)) return
    const one = driveBatch({
      ...deps,
      read: () => book.get(id),
      keep: (changes) => void book.save({ ...book.get(id), ...changes }),
      settle: (changes) => void book.settle({ ...book.get(id), ...changes }),
      onProgress: onChange,
      onReport: (report) => onReport(id, report),
      onBroken: ({ cause, message }) => logger.error({ batch: id, cause: cause ?? message }, 'a batch could not go on'),
      room,
      mostAtOnce: mostAtOnce(),
      ending: endingOf(book.get(id)),
    })
    drives.set(id, one)
    one.ended
      .catch((cause: unknown) => hold(id, cause))
      .finally(() => {
        drives.delete(id)
        if (isBatchOver(book.find(id)?.status ?? 'cancelled')) release(id)
        onChange()
      })
  }

  return {
    of: (id) => ({ drive: drives.get(id), held: held.get(id) }),
    drive,
    look() {
      for (const [id, one] of drives) {
        const { expiresAtMs, status } = book.get(id)
        if (expiresAtMs <= clock() && status !== 'finalizing') one.end('expired')
        else one.wake()
      }
    },
    relieve() {
      for (const one of drives.values()) one.relieve()
    },
    async close() {
      isClosing = true
      await Promise.all(Array.from(drives.values(), (one) => one.letGo()))
    },
  }
}
