import { randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../clock'
import { mayAccess, placeOf, type HostedCollection } from './collections'

export interface TransferItem {
  readonly source: string
  readonly destination: string
  readonly isRecursive: boolean
}

/** What becomes of a task. */
export type TransferPlan =
  | { readonly kind: 'succeed' }
  /** Waits, ACTIVE, after so many items. */
  | { readonly kind: 'hold'; readonly afterItems: number; readonly until: Promise<unknown>; readonly niceStatus?: string }
  | { readonly kind: 'fail'; readonly code: string; readonly description: string }
  /** Files arrive short, unless checksums are verified: then they are sent again. */
  | { readonly kind: 'corrupt' }

export interface TransferTask {
  readonly id: string
  readonly owner: string
  readonly identities: readonly { readonly id: string }[]
  readonly kind: 'TRANSFER' | 'DELETE'
  readonly label: string | undefined
  readonly source: HostedCollection
  readonly destination: HostedCollection
  readonly items: readonly TransferItem[]
  readonly verifies: boolean
  readonly requestedAtMs: number
  status: 'ACTIVE' | 'SUCCEEDED' | 'FAILED'
  niceStatus: string
  problem: { readonly code: string; readonly description: string } | undefined
  doneItems: number
  bytes: number
  faults: number
  isCancelled: boolean
  completedAtMs: number | undefined
}

export interface TransferTasks {
  submit(task: Pick<TransferTask, 'owner' | 'identities' | 'kind' | 'label' | 'source' | 'destination' | 'items' | 'verifies'>): TransferTask
  find(id: string): TransferTask | undefined
  all(): TransferTask[]
  /** Whether it was still under way. */
  cancel(task: TransferTask): boolean
  /** What the next tasks meet, one each; after them tasks succeed. */
  behaveOnce(plan: TransferPlan): void
  idle(): Promise<void>
}

class Failed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export function createTransferTasks(clock: Clock, closing: Promise<void>): TransferTasks {
  const tasks = new Map<string, TransferTask>()
  const plans: TransferPlan[] = []
  const runs = new Set<Promise<void>>()

  const end = (task: TransferTask, problem?: TransferTask['problem']): void => {
    if (task.status !== 'ACTIVE') return
    task.status = problem === undefined ? 'SUCCEEDED' : 'FAILED'
    task.niceStatus = problem?.code ?? 'OK'
    task.problem = problem
    task.completedAtMs = clock.nowMs()
  }

  const run = async (task: TransferTask, plan: TransferPlan): Promise<void> => {
    try {
      if (plan.kind === 'fail') throw new Failed(plan.code, plan.description)
      for (const item of task.items) {
        if (plan.kind === 'hold' && plan.afterItems === task.doneItems) {
          task.niceStatus = plan.niceStatus ?? 'OK'
          await Promise.race([plan.until, closing])
        }
        if (task.isCancelled) return
        task.bytes += await (task.kind === 'DELETE' ? remove(task, item) : copy(task, item, plan.kind === 'corrupt'))
        task.doneItems++
      }
      end(task)
    } catch (cause) {
      if (!(cause instanceof Failed)) throw cause
      end(task, { code: cause.code, description: cause.message })
    }
  }

  return {
    submit(asked) {
      const task: TransferTask = { ...asked, id: randomUUID(), requestedAtMs: clock.nowMs(), status: 'ACTIVE', niceStatus: 'Queued', problem: undefined, doneItems: 0, bytes: 0, faults: 0, isCancelled: false, completedAtMs: undefined }
      tasks.set(task.id, task)
      const one = run(task, plans.shift() ?? { kind: 'succeed' }).finally(() => runs.delete(one))
      runs.add(one)
      return task
    },
    find: (id) => tasks.get(id),
    all: () => [...tasks.values()],
    cancel(task) {
      const isActive = task.status === 'ACTIVE'
      task.isCancelled = isActive
      end(task, { code: 'CANCELED', description: 'The task was canceled.' })
      return isActive
    },
    behaveOnce: (plan) => void plans.push(plan),
    async idle() {
      while (runs.size > 0) await Promise.all(runs)
    },
  }
}

function reach(task: TransferTask, collection: HostedCollection, path: string, need: 'r' | 'rw'): string {
  const place = placeOf(collection, path)
  if (place === undefined || !mayAccess(collection, task.identities, path, need)) throw new Failed('PERMISSION_DENIED', `Path not allowed: ${path} on ${collection.name}`)
  return place
}

/** Bytes that were copied. */
async function copy(task: TransferTask, item: TransferItem, isCorrupt: boolean): Promise<number> {
  const from = reach(task, task.source, item.source, 'r')
  const to = reach(task, task.destination, item.destination, 'rw')
  const found = await stat(from).catch(() => undefined)
  if (found === undefined || found.isDirectory() !== item.isRecursive) throw new Failed('FILE_NOT_FOUND', `No such file or directory: ${item.source} on ${task.source.name}`)
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { recursive: item.isRecursive })
  if (isCorrupt && !item.isRecursive) {
    if (task.verifies) task.faults++
    else await truncate(to, Math.floor((await readFile(from)).length / 2))
  }
  return found.isDirectory() ? 0 : found.size
}

async function remove(task: TransferTask, item: TransferItem): Promise<number> {
  await rm(reach(task, task.source, item.source, 'rw'), { recursive: item.isRecursive, force: true })
  return 0
}
