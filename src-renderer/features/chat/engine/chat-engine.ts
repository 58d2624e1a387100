import type { Clock, Database, Locks, NewId } from '../../../db'
import type { Gateway } from '../../../rpc'
import type { ChatEngine } from './types'

export interface ChatEngineDeps {
  readonly db: Database
  readonly gateway: Gateway
  readonly clock: Clock
  readonly newId: NewId
  readonly locks: Locks
  /** Runs `apply` before the next frame; a hidden window may take long or never do it. */
  readonly scheduleFrame?: (apply: () => void) => void
}

export declare function createChatEngine(deps: ChatEngineDeps): ChatEngine
