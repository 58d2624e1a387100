import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBatches, type Batches, type BatchesDeps } from '@main/batches/batches'
import { createFileStore, type FileStore } from '@main/batches/files/file-store'
import { createFileValidator } from '@main/batches/validate/validate-file'
import { ownerIdentity } from '@main/identity/keyring'
import { createBatchTable } from '@main/storage/batch-table'
import type { Database } from '@main/storage/database'
import { createFileTable } from '@main/storage/file-table'
import { openMigratedDatabase } from '@main/storage/migrate'
import type { Batch } from '@shared/domain/batch'
import { createKeptLog } from '../../fixtures/silent-logger'
import { until } from '../../fixtures/until'

/** Batches and their files with a database of their own, without a gateway: each request is answered by a function. */
export interface BatchesUnderTest {
  readonly batches: Batches
  readonly files: FileStore
  /** Of the files. */
  readonly folder: string
  readonly database: Database
  readonly databaseFolder: string
  /** A batch of so many requests, each with the id `c-<number>`. */
  submit(count: number): Promise<Batch>
  reaches(id: string, status: Batch['status']): Promise<Batch>
  /** Lets go of all and goes on with what is on the disk. @param meanwhile is done while nothing runs */
  restart(meanwhile?: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

interface Options extends Partial<Pick<BatchesDeps, 'perform' | 'siteOf'>> {
  /** Where the database lies; absent: beside the files. */
  readonly databaseFolder?: string
  /** Absent: one of its own. */
  readonly filesFolder?: string
}

export const answerOf = (index: number): Buffer => Buffer.from(JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: index } }))

export async function startBatchesUnderTest({ databaseFolder, filesFolder, perform, siteOf }: Options = {}): Promise<BatchesUnderTest> {
  const dir = await mkdtemp(join(tmpdir(), 'first-batches-'))
  const folder = filesFolder ?? (await mkdtemp(join(dir, 'files-')))
  const { logger } = createKeptLog()
  const clock = { now: () => Date.now() }
  const atFolder = databaseFolder ?? dir
  const start = async (): Promise<Pick<BatchesUnderTest, 'batches' | 'files' | 'database'>> => {
    const database = await openMigratedDatabase({ path: join(atFolder, 'first.db'), backupsDir: dir, clock, logger })
    const files = createFileStore({ folder, table: createFileTable(database), limits: () => ({ maxFileBytes: 1e9, quotaBytes: 1e9, keptMs: 1e9 }), clock, logger })
    const batches = createBatches({
      table: createBatchTable(database),
      files,
      validate: createFileValidator({ worker: undefined }),
      limits: () => ({ maxRequests: 1e6, mostAtOnce: 8, activePerKey: 0, manyModels: false }),
      bodyLimits: () => ({ bodyLimitBytes: 1e6, imageBodyLimitBytes: 1e6 }),
      knownModels: () => undefined,
      modelsWithoutBatches: () => [],
      roomFor: () => 8,
      release: () => undefined,
      siteOf: siteOf ?? (() => ({ kind: 'streamed' })),
      perform: perform ?? ((_batch, _operation, { index }) => Promise.resolve({ body: answerOf(index), requestId: `r-${index}` })),
      clock: Date.now,
      random: Math.random,
      logger,
    })
    batches.start()
    return { batches, files, database }
  }
  let parts = await start()
  const close = async (): Promise<void> => {
    await parts.batches.close()
    parts.database.close()
  }
  return {
    get batches() {
      return parts.batches
    },
    get files() {
      return parts.files
    },
    get database() {
      return parts.database
    },
    folder,
    databaseFolder: atFolder,
    async submit(count) {
      const lines = Array.from({ length: count }, (_, index) => `${JSON.stringify({ custom_id: `c-${index}`, method: 'POST', url: '/v1/chat/completions', body: { model: 'm', messages: [{ role: 'user', content: `${index}` }] } })}\n`)
      const { id } = await parts.files.add({ identity: ownerIdentity.id, filename: 'a.jsonl', purpose: 'batch' }, toStream(lines))
      return parts.batches.create({ identity: ownerIdentity, inputFileId: id, endpoint: '/v1/chat/completions', windowMs: 3_600_000 })
    },
    async reaches(id, status) {
      await until(`the batch is ${status}`, () => Promise.resolve(parts.batches.get(id).status === status))
      return parts.batches.get(id)
    },
    async restart(meanwhile) {
      await close()
      await meanwhile?.()
      parts = await start()
    },
    async close() {
      await close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function* toStream(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield await Promise.resolve(Buffer.from(line))
}
