import { join } from 'node:path'
import { FirstError } from '@shared/errors'
import type { ObservedReplica, ReplicaHost } from '../../replica-host'
import { handleOf, type HostContext, type ProcessHostDeps, runningStates } from './context'
import { listGpus } from './gpus'
import { promisedMb } from './memory'
import { observeReplica, readLog } from './observe-replica'
import { createReplicaFiles, isReplicaId } from './replica-files'
import { startReplica } from './start-replica'
import { stopReplica } from './stop-replica'

const bytesPerMb = 2 ** 20

/** Replicas as processes of this machine, each in a group of its own; what is known of them lies in `replicas/` of the data directory. */
export function createProcessHost(deps: ProcessHostDeps): ReplicaHost {
  const files = createReplicaFiles(join(deps.dataDir, 'replicas'), (id, problem) => deps.logger.warn({ replica: id }, problem))
  const context: HostContext = { ...deps, files }
  const starting = new Set<string>()
  let lastStart: Promise<unknown> = Promise.resolve()

  /** One after the other: each must see the port, the GPUs and the memory of the one before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastStart.then(work, work)
    lastStart = turn.catch(() => undefined)
    return turn
  }

  /** What a crash left of a start holds no process: none begins before the state is written. */
  const sweep = async (id: string): Promise<void> => {
    if (!starting.has(id) && (await files.isEmpty(id))) await files.remove(id)
  }

  return {
    start({ id, ...request }, signal) {
      if (process.platform === 'win32') return Promise.reject(new FirstError('model_failed', 'Engines of their own are started on Linux and macOS only.'))
      if (!isReplicaId(id)) return Promise.reject(new FirstError('internal_error', `"${id}" is no id of a replica.`))
      return inTurn(async () => {
        signal.throwIfAborted()
        await files.ids()
        const known = await files.state(id)
        if (known !== undefined) return handleOf(known)
        await sweep(id)
        if (!(await files.isEmpty(id))) throw new FirstError('data_unreadable', `What is known of the replica ${id} cannot be read; its folder is ${files.folder(id)}.`, { action: 'Look whether it still runs, and remove the folder.' })
        starting.add(id)
        try {
          const state = await startReplica(context, { id, ...request })
          deps.logger.info({ replica: id, model: state.model, pid: state.pid, port: state.port, gpus: state.gpus }, 'a replica was started')
          return handleOf(state)
        } finally {
          starting.delete(id)
        }
      })
    },
    async stop(handle, { graceS }, signal) {
      const states = await Promise.all((await files.ids()).map((id) => files.state(id)))
      const state = states.find((each) => each !== undefined && handleOf(each) === handle)
      if (state !== undefined) await stopReplica(context, state, graceS, signal)
    },
    async observe(signal) {
      const observed: ObservedReplica[] = []
      for (const id of await files.ids()) {
        signal.throwIfAborted()
        const replica = await observeReplica(context, id)
        if (replica === undefined) await sweep(id)
        else observed.push(replica)
      }
      return observed
    },
    async logTail(id) {
      return isReplicaId(id) ? readLog(context, id) : ''
    },
    async capacity() {
      const running = await runningStates(context)
      const { gpus } = await listGpus(deps.env)
      const taken = new Set(running.flatMap((state) => state.gpus ?? []))
      const freeMb = deps.memory.freeBytes() / bytesPerMb - (await promisedMb(running, deps.processes))
      return {
        ...(gpus.length > 0 && { gpus: { free: gpus.filter(({ index }) => !taken.has(index)).length, total: gpus.length } }),
        memoryMb: { free: Math.max(0, Math.floor(freeMb)), total: Math.floor(deps.memory.totalBytes() / bytesPerMb) },
      }
    },
    async close() {
      await lastStart
    },
  }
}
