import { FirstError } from '@shared/errors'
import { isErrno } from '../../../storage/atomic-file'
import { type HostContext, type Life, lifeOf } from './context'
import type { ReplicaState, StopMark } from './replica-files'

const pollMs = 50
/** The kernel ends a killed process at once, unless it waits for a disk or a driver. */
const killedWithinMs = 10_000
/** A signal that comes while the supervisor turns into the engine is lost; one that runs for longer has had its chance to hear it. */
const youngMs = 30_000
const askAgainMs = 500

/** Ends all processes of a replica: asks with SIGTERM, and kills what is left after the grace. @throws FirstError `model_failed` where even that does not end them */
export async function stopReplica(context: HostContext, state: ReplicaState, graceS: number, signal: AbortSignal): Promise<void> {
  const life = await lifeOf(context, state)
  if (life === undefined) return
  await note(context, state, 'asked')
  send(context, state, life, 'SIGTERM')
  const isYoung = context.now() - state.startedAtMs < youngMs
  if (await isOverWithin(context, state, graceS * 1000, signal, isYoung ? { signal: 'SIGTERM', everyMs: askAgainMs } : undefined)) return
  await note(context, state, 'killed')
  const left = await lifeOf(context, state)
  if (left !== undefined) send(context, state, left, 'SIGKILL')
  if (await isOverWithin(context, state, killedWithinMs, signal, { signal: 'SIGKILL', everyMs: pollMs })) return
  throw new FirstError('model_failed', `"${state.model}" could not be ended: process ${state.pid} does not go away, which happens when it waits for a disk or a driver.`)
}

async function isOverWithin(context: HostContext, state: ReplicaState, withinMs: number, signal: AbortSignal, again?: { readonly signal: NodeJS.Signals; readonly everyMs: number }): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const life = await lifeOf(context, state)
    if (life === undefined) return true
    if (waitedMs >= withinMs) return false
    if (again !== undefined && waitedMs % again.everyMs === 0 && waitedMs > 0) send(context, state, life, again.signal)
    signal.throwIfAborted()
    await context.pause(pollMs)
  }
}

/** To the whole group while its first process holds the number, else to each process that has the mark. */
function send({ logger }: HostContext, { id, pid }: ReplicaState, life: Life, signal: NodeJS.Signals): void {
  for (const target of 'leader' in life ? [-pid] : life.strays) {
    try {
      process.kill(target, signal)
    } catch (cause) {
      // Gone meanwhile; macOS says EPERM of a group that is only waited for.
      if (!isErrno(cause, 'ESRCH', 'EPERM')) throw cause
      logger.debug({ replica: id, target, signal, cause }, 'a process took no signal')
    }
  }
}

/** For the sentence about its end; a full disk must not keep it running. */
async function note({ files, logger }: HostContext, { id }: ReplicaState, mark: StopMark): Promise<void> {
  try {
    await files.writeStopMark(id, mark)
  } catch (cause) {
    logger.warn({ replica: id, cause }, 'the stop of a replica could not be noted')
  }
}
