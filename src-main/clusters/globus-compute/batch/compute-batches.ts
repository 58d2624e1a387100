import { constants, createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endpointOperations, type BatchEndpoint } from '@shared/domain/batch-report'
import type { ComputeModelConfig, GlobusComputeClusterConfig } from '@shared/config/globus-compute'
import { operationPaths } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { BatchService, SiteBatch } from '../../../batches/service/batch-service'
import { syncFolder } from '../../../storage/atomic-file'
import type { Timers } from '../../local/timers'
import type { EndpointState } from '../endpoint-state'
import type { Functions } from '../functions'
import { readResult } from '../read-result'
import { operationsOf } from '../request'
import { packArguments } from '../serialize'
import type { Tasks } from '../tasks'
import { batchSourceOf, callOf } from './batch-function'
import { readChunkAnswer, type OrderLine } from './chunk-result'
import { changedAtMs, chunksWithResults, loadState, requestsPath, resultsPath, saveState, type Chunk, type OrderState } from './order-state'
import { runOrder, type ChunkDone, type OrderRun } from './run-order'

export interface ComputeBatchesDeps {
  readonly config: GlobusComputeClusterConfig
  /** One folder in it for each order. */
  readonly folder: string
  readonly functions: Functions
  readonly tasks: Tasks
  readonly state: EndpointState
  readonly timers: Timers
}

/** Batches that are done by a function on the cluster, many requests a task. */
export interface ComputeBatches {
  /** For one batch, by its key; undefined where a batch of the model cannot be done so: its requests are sent one by one. */
  serviceFor(framework: string, model: string, endpoint: BatchEndpoint, key: string): BatchService | undefined
  /** Orders go on at the next start. */
  close(): Promise<void>
}

/** Escaped once more on its way it stays below the 10 MB of a result. */
const limitBytes = 4 * 2 ** 20
/** What an order leaves is kept so long after its end. */
const keptMs = 3 * 24 * 60 * 60_000

type BatchSettings = Exclude<ComputeModelConfig['batch'], false>

export function createComputeBatches({ config, folder, functions, tasks, state: endpointState, timers }: ComputeBatchesDeps): ComputeBatches {
  const { name, endpoint, timeoutS } = config
  const runs = new Map<string, Promise<OrderRun | undefined>>()
  let isClosed = false

  const found = (framework: string, model: string): { readonly model: ComputeModelConfig; readonly settings: BatchSettings; readonly source: string } | undefined => {
    const one = config.models.find((known) => known.model === model && known.framework === framework)
    const source = one === undefined ? undefined : batchSourceOf(one)
    return one === undefined || source === undefined || one.batch === false ? undefined : { model: one, settings: one.batch, source }
  }
  const folderOf = (id: string): string => {
    if (!/^[\w-]+$/.test(id)) throw new FirstError('batch_not_found', `There is no batch "${id}" on the cluster "${name}".`)
    return join(folder, id)
  }

  const performOf = (id: string, { framework, model, operation }: OrderState) => async (chunk: Chunk, lines: readonly OrderLine[], keep: (done: ChunkDone) => Promise<void>, signal: AbortSignal): Promise<ChunkDone> => {
    const known = found(framework, model)
    if (known === undefined) throw new FirstError('access_denied', `The cluster "${name}" does no batches of "${model}" any more.`)
    await untilOnline(signal)
    const functionId = await functions.idOf({ source: known.source })
    const call = { ...callOf(known.model), openai_endpoint: operationPaths[operation].slice(1), lines, at_once: known.settings.requestsAtOnce, task_s: known.settings.taskS, timeout_s: timeoutS, limit_bytes: limitBytes }
    const read = (result: string): ChunkDone => {
      const { results, problem } = readChunkAnswer(readResult(result))
      return { lines: results.map((line) => JSON.stringify(line)), problem: problem ?? undefined }
    }
    try {
      const task = { endpoint, function: functionId, payload: packArguments([call]), key: `batch ${id} ${chunk.id}`, isAlone: true }
      const result = await tasks.run({ ...task, keep: (text) => keep(read(text)) }, signal)
      endpointState.ran()
      return read(result)
    } catch (cause) {
      if (cause instanceof FirstError && cause.code === 'not_found') functions.forget(functionId)
      throw cause
    }
  }

  /** Tasks wait for nodes by themselves, but not at an endpoint that is offline. */
  const untilOnline = async (signal: AbortSignal): Promise<void> => {
    try {
      await endpointState.enter(signal)
    } catch (cause) {
      if (!(cause instanceof FirstError && cause.code === 'model_loading')) throw cause
    }
  }

  const start = async (id: string): Promise<OrderRun | undefined> => {
    const state = await loadState(folderOf(id))
    if (state === undefined) return undefined
    const settings = found(state.framework, state.model)?.settings ?? { tasksAtOnce: 1, linesPerTask: 1 }
    return runOrder({ folder: folderOf(id), state, ...settings, perform: performOf(id, state), timers })
  }
  const runOf = async (id: string): Promise<OrderRun> => {
    if (isClosed) throw new FirstError('shutting_down', `The cluster "${name}" was closed.`)
    const known = runs.get(id) ?? start(id)
    runs.set(id, known)
    const run = await known.catch(() => undefined)
    if (run !== undefined) return run
    runs.delete(id)
    throw new FirstError('batch_not_found', `There is no batch "${id}" on the cluster "${name}".`)
  }

  const remove = async (id: string): Promise<void> => {
    await (await runs.get(id)?.catch(() => undefined))?.close()
    runs.delete(id)
    await rm(folderOf(id), { recursive: true, force: true }).catch(() => undefined)
  }

  /** Of batches that nobody has asked about to their end. */
  const sweep = async (): Promise<void> => {
    for (const id of await readdir(folder)) {
      const path = join(folder, id)
      const state = await loadState(path).catch(() => undefined)
      const isOver = id.endsWith('.part') || (state !== undefined && state.status !== 'running' && timers.now() - (await changedAtMs(path)) > keptMs)
      if (isOver && !runs.has(id)) await rm(path, { recursive: true, force: true })
    }
  }

  return {
    serviceFor(framework, model, batchEndpoint, orderKey) {
      const known = found(framework, model)
      const operation = endpointOperations[batchEndpoint]
      if (known === undefined || !operationsOf(known.model).includes(operation)) return undefined
      return {
        async submit({ path, key }) {
          const place = folderOf(key)
          if ((await loadState(place)) === undefined) {
            await mkdir(folder, { recursive: true })
            await sweep()
            const part = `${place}.part`
            await mkdir(part)
            await copyFile(path, requestsPath(part), constants.COPYFILE_FICLONE)
            await saveState(part, { model, framework: known.model.framework, operation, status: 'running', next: 0, nextChunk: 0, chunks: [], completed: 0, failed: 0 })
            await rename(part, place)
            await syncFolder(folder)
          }
          await runOf(key)
          return key
        },
        find: async (key) => ((await loadState(folderOf(key))) === undefined ? undefined : key),
        async status(id): Promise<SiteBatch> {
          const run = await runOf(id)
          const { status, reason, completed, failed } = run.state()
          const problem = run.problem()
          const resultFiles = status === 'running' ? [] : (await chunksWithResults(folderOf(id))).map((chunk) => `${id}/${chunk}`)
          return { id, status, completed, failed, resultFiles, ...(reason !== undefined && { reason }), ...(problem !== undefined && { waits: problem.message }) }
        },
        results(fileId) {
          const [id = '', chunk = ''] = fileId.split('/')
          return createReadStream(resultsPath(folderOf(id), chunk)) as AsyncIterable<Uint8Array>
        },
        cancel: async (id) => (await runOf(id)).cancel(),
        finish: () => remove(orderKey),
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...runs.values()].map(async (run) => (await run.catch(() => undefined))?.close()))
    },
  }
}
