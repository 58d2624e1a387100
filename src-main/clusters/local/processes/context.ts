import type { Logger } from '../../../core/logger'
import type { StartSupervisor } from '../../../engines/supervisor/supervisor'
import { markOf } from './engine-env'
import type { ProcessTable } from './process-table'
import type { ReplicaFiles, ReplicaState } from './replica-files'

export interface ProcessHostDeps {
  readonly dataDir: string
  /** Of the app; an engine gets the part of it that engine-env.ts names. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logger: Logger
  /** Unix milliseconds. */
  readonly now: () => number
  /** From 0 to 1, for ports. */
  readonly random: () => number
  /** Resolves after so long; must keep the process alive meanwhile. */
  readonly pause: (ms: number) => Promise<void>
  readonly memory: { freeBytes(): number; totalBytes(): number }
  /** Stands for `first-desktop` in a launch, so that our own engine is found where it is not installed: Node and the command line. */
  readonly ownProgram?: readonly string[]
  readonly startSupervisor: StartSupervisor
  readonly processes: ProcessTable
}

/** What the parts of a host share. */
export interface HostContext extends ProcessHostDeps {
  readonly files: ReplicaFiles
}

/** Absent: nothing of it runs. `leader`: its first process is there, so that its group is surely its own; else processes with its mark. */
export type Life = { readonly leader: true } | { readonly strays: readonly number[] }

/** Whether a replica still has processes; a number that is another's by now never counts. */
export async function lifeOf({ processes }: HostContext, { id, pid, processStart }: ReplicaState): Promise<Life | undefined> {
  if ((await processes.startOf(pid)) === processStart) return { leader: true }
  const strays = await processes.withVariable(markOf(id))
  return strays.length > 0 ? { strays } : undefined
}

/** States of all replicas that run, as the disk and the system have them. */
export async function runningStates(context: HostContext): Promise<readonly ReplicaState[]> {
  const found = await Promise.all(
    (await context.files.ids()).map(async (id) => {
      if ((await context.files.end(id)) !== undefined) return undefined
      const state = await context.files.state(id)
      return state !== undefined && (await lifeOf(context, state)) !== undefined ? state : undefined
    }),
  )
  return found.filter((state) => state !== undefined)
}

/** A process and its start, in one word. */
export function handleOf({ pid, processStart }: ReplicaState): string {
  return `${pid}@${processStart}`
}
