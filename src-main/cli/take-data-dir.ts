import { setTimeout } from 'node:timers/promises'
import { FirstError } from '@shared/errors'
import { isErrno } from '../storage/atomic-file'
import type { DataDir } from '../storage/data-dir'
import { readOwner, takeOwnerLock, type OwnerLock } from '../storage/owner-lock'

/** Longer than another command takes that renews a token over a slow line. */
const patienceMs = 20_000
/** Milliseconds to the next try; commands that wait for the same one do not try together. */
const restMs = (): number => 40 + 80 * Math.random()

/**
 * Takes a data directory for a command; another command that has it is waited for.
 * @returns undefined where a gateway runs on it
 * @throws FirstError `data_dir_in_use` where the other command does not end; `cancelled` at the signal
 */
export async function takeDataDir(dir: DataDir, signal: AbortSignal): Promise<OwnerLock | undefined> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    try {
      return takeOwnerLock(dir)
    } catch (cause) {
      if (!(cause instanceof FirstError) || cause.code !== 'data_dir_in_use') throw cause
      if (isServed(dir)) return undefined
      if (performance.now() > endMs) throw new FirstError('data_dir_in_use', `Another command of FIRST Desktop is using the data directory ${dir.root}.`, { cause, action: 'Try again when it has ended.' })
    }
    await setTimeout(restMs(), undefined, { signal }).catch((cause: unknown) => {
      throw new FirstError('cancelled', 'Interrupted.', { cause })
    })
  }
}

/** One that was killed has left its name. */
function isServed(dir: DataDir): boolean {
  const { url, pid } = readOwner(dir) ?? {}
  return url !== undefined && pid !== undefined && isAlive(pid)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    // Of another user.
    return isErrno(cause, 'EPERM')
  }
}
