import { isErrno } from '../../../storage/atomic-file'
import type { ObservedReplica } from '../../replica-host'
import { type HostContext, handleOf, lifeOf } from './context'
import { endReason } from './end-reason'
import type { ReplicaEnd, ReplicaState } from './replica-files'
import { loopback } from './start-replica'

const hourMs = 3_600_000
/** Ended ones are told of for an hour, and their logs kept for a week. */
const toldMs = hourMs
const keptMs = 7 * 24 * hourMs
export const logTailBytes = 8192

/** What there is to say of one replica; undefined where it is over for long, or was never begun. */
export async function observeReplica(context: HostContext, id: string): Promise<ObservedReplica | undefined> {
  const { files, now } = context
  const state = await files.state(id)
  if (state === undefined) return undefined
  const end = (await files.end(id)) ?? ((await lifeOf(context, state)) === undefined ? await conclude(context, state) : undefined)
  if (end === undefined) {
    await keepLogShort(context, id)
    return { ...facts(state), state: 'running', baseUrl: `http://${loopback}:${state.port}/v1` }
  }
  const ageMs = now() - end.atMs
  if (ageMs > keptMs) await files.remove(id)
  if (ageMs > toldMs) return undefined
  return { ...facts(state), state: 'ended', reason: end.reason, ...(end.exitCode !== undefined && { exitCode: end.exitCode }) }
}

function facts(state: ReplicaState): Pick<ObservedReplica, 'id' | 'handle' | 'gpus' | 'startedAtMs'> {
  return { id: state.id, handle: handleOf(state), startedAtMs: state.startedAtMs, ...(state.gpus !== undefined && { gpus: state.gpus }) }
}

/** Notes how it ended, once; a disk that takes no note is asked again next time. */
async function conclude(context: HostContext, { id, port }: ReplicaState): Promise<ReplicaEnd> {
  const { files, logger, now } = context
  const exit = await files.exit(id)
  const reason = endReason({ exitCode: exit?.code, stopMark: await files.stopMark(id), log: await readLog(context, id), port })
  const end: ReplicaEnd = { atMs: exit?.atMs ?? now(), reason, ...(exit !== undefined && { exitCode: exit.code }) }
  try {
    await files.writeEnd(id, end)
    logger.info({ replica: id, exitCode: end.exitCode, reason }, 'the process of a replica has ended')
  } catch (cause) {
    logger.warn({ replica: id, cause }, 'the end of a replica could not be noted')
  }
  return end
}

/** The last lines of a log, or a sentence in their place that says why there are none. */
export async function readLog({ files }: HostContext, id: string): Promise<string> {
  try {
    return await files.logEnd(id, logTailBytes)
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return ''
    if (cause instanceof Error) return `(The log, ${files.logFile(id)}, cannot be read: ${cause.message}.)`
    throw cause
  }
}

async function keepLogShort({ files, logger }: HostContext, id: string): Promise<void> {
  try {
    await files.shortenLog(id)
  } catch (cause) {
    logger.warn({ replica: id, cause }, 'the log of a replica could not be shortened')
  }
}
