import { flushOnLeave, type LocalData, openDatabase, type Opening, startLocalData } from '@renderer/db'
import { type ChatEngine, createChatEngine } from '@renderer/features/chat/engine'
import { type BatchWork, startBatchWork } from '@renderer/features/batches'
import { connectCore, type CoreConnection, createGateway } from '@renderer/rpc'
import { problemOf } from '@renderer/ui/problem'
import { toast } from 'sonner'

/** The parts of a window that works. */
export interface Parts {
  readonly core: CoreConnection
  readonly data: LocalData
  readonly engine: ChatEngine
  readonly batchWork: BatchWork
}

export interface OpenedWindow {
  readonly core: CoreConnection
  readonly opening: Promise<Opening>
  /** Makes the parts around a database that is open. */
  readonly start: (db: LocalData['db']) => Promise<Parts>
}

/** Opens the local data and starts towards the core, at once and side by side. */
export function openWindow(): OpenedWindow {
  const core = connectCore()
  const opening = openDatabase({ listBackups: () => core.client.backups.list() })
  return {
    core,
    opening,
    async start(db) {
      const data = await startLocalData({ db, core, onError: tellOnce })
      const gateway = createGateway({ ...core, pageOrigin: location.origin })
      const engine = createChatEngine({ ...data, gateway, onError: tellOnce })
      flushOnLeave(() => engine.flush(), tellOnce)
      const batchWork = startBatchWork({ data, core, pageOrigin: location.origin, onError: tellOnce })
      return { core, data, engine, batchWork }
    },
  }
}

/** A background write that failed: said once, not once a second. */
function tellOnce(cause: unknown): void {
  const { message, action } = problemOf(cause)
  toast.error(message, { id: message, description: action, duration: Infinity, closeButton: true })
}
