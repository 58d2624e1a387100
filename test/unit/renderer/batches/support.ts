import type { Batch } from '@shared/domain/batch'
import type { BatchReport } from '@shared/domain/batch-report'
import type { CoreState } from '@renderer/rpc'
import { createCoreState } from '@renderer/rpc/core-state'
import { createMemoryLocks } from '@renderer/db/locks'
import { createIds } from '@renderer/db/environment'
import { createOutbox } from '@renderer/features/batches/work/outbox'
import { createIntake } from '@renderer/features/batches/work/intake'
import type { BatchCheckEvent, NewBatch } from '@shared/rpc/contract'
import { FirstError } from '@shared/errors'
import { createTestClock, createTestDisk } from '../db/support'

export const batch: Batch = {
  id: 'batch_1', name: 'papers', owner: 'Owner', endpoint: '/v1/chat/completions', models: ['tern-70b'], status: 'in_progress', isPaused: false,
  createdAtMs: 1, expiresAtMs: 9, total: 100, completed: 40, failed: 2, errors: [], inputFileId: 'file-1', seq: 1,
}

export const report: BatchReport = {
  bytes: 10, lines: 1, blankLines: 0, requests: 1, bareRequests: 0, text: { hasByteOrderMark: false, lineEnds: 'lf', endsWithNewline: true },
  endpoints: [{ endpoint: '/v1/chat/completions', requests: 1 }], models: [{ model: 'tern-70b', requests: 1 }], otherModelRequests: 0,
  tokens: { input: 4, maxOutput: 8, unlimitedRequests: 0 }, findings: [], findingCounts: [], errors: 0,
}

/** A core that is as a test says, and makes one batch for each id of an order. */
export function createTestCore() {
  const state = createCoreState(0)
  const made = new Map<string, NewBatch>()
  const files: string[] = []
  let breaksAt: 'upload' | 'check' | 'create' | 'answer of create' | undefined
  let refusal: FirstError | undefined
  const cut = (place: typeof breaksAt): void => {
    if (breaksAt !== place) return
    state.setState({ connection: 'lost' })
    throw new Error('the line broke')
  }
  const client = {
    batches: {
      // eslint-disable-next-line @typescript-eslint/require-await -- as the typed client has it
      check: async function* (): AsyncGenerator<BatchCheckEvent> {
        cut('check')
        yield { kind: 'progress', progress: { bytes: 5, totalBytes: 10, requests: 0, errors: 0 } }
        yield { kind: 'report', report }
      },
      // eslint-disable-next-line @typescript-eslint/require-await -- as the typed client has it
      create: async (order: NewBatch) => {
        if (refusal !== undefined) throw refusal
        cut('create')
        made.set(order.outboxId ?? '', order)
        cut('answer of create')
        return { ...batch, name: order.name ?? 'file' }
      },
    },
  }
  return {
    state,
    client: client as never,
    made,
    files,
    sendFile: ({ filename }: { readonly filename: string }) => {
      try {
        cut('upload')
      } catch {
        return Promise.reject(new FirstError('core_unreachable', 'The way was cut.'))
      }
      files.push(filename)
      return Promise.resolve(`file-${files.length}`)
    },
    connect: (connection: CoreState['connection'] = 'open') => state.setState({ connection }),
    breakAt: (place: typeof breaksAt) => void (breaksAt = place),
    refuse: (next: FirstError | undefined) => void (refusal = next),
  }
}

/** One window on a disk that outlives it. */
export async function openWindow(core: ReturnType<typeof createTestCore>, disk = createTestDisk()) {
  const db = await disk.open()
  const clock = createTestClock()
  const problems: unknown[] = []
  const deps = { db, client: core.client, state: core.state, clock, random: () => 0.5, newId: createIds(clock), locks: createMemoryLocks(), sendFile: core.sendFile, http: { call: () => Promise.resolve(new Blob()) }, onError: (cause: unknown) => void problems.push(cause) }
  const outbox = createOutbox(deps)
  const intake = createIntake({ ...deps, outbox })
  return { db, clock, outbox, intake, problems, disk }
}

/** Resolves when something is so; what goes on beside a test is not awaited by it. */
export async function becomes(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((next) => setImmediate(next))
}
