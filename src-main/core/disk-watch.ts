import { freeBytes } from '../storage/space'
import type { Logger } from './logger'

export interface DiskState {
  readonly freeBytes: number
  readonly isLow: boolean
}

export interface DiskWatch {
  state(): DiskState
  onChange(listener: () => void): () => void
  close(): void
}

/** Below this the person is told; snapshots and models need room. */
const lowBytes = 512 * 1024 * 1024
const everyMs = 30_000
/** Smaller moves are not worth an event. */
const stepBytes = 64 * 1024 * 1024

/** Looks at the disk of a folder now and then. */
export async function watchDisk(folder: string, logger: Logger): Promise<DiskWatch> {
  const listeners = new Set<() => void>()
  let state = describe(await freeBytes(folder))
  const look = async (): Promise<void> => {
    const next = describe(await freeBytes(folder))
    const isWorthTelling = next.isLow !== state.isLow || Math.abs(next.freeBytes - state.freeBytes) >= stepBytes
    if (!isWorthTelling) return
    state = next
    for (const listener of listeners) listener()
  }
  const timer = setInterval(() => void look().catch((cause: unknown) => logger.warn({ cause, folder }, 'the free space of the disk is not known')), everyMs)
  timer.unref()
  return {
    state: () => state,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      clearInterval(timer)
      listeners.clear()
    },
  }
}

function describe(free: number): DiskState {
  return { freeBytes: free, isLow: free < lowBytes }
}
