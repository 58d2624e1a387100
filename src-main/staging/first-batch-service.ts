import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FirstError } from '@shared/errors'
import { firstBatchResult, firstBatchStatus } from '@shared/first/batches'
import { listEndpointsAnswer } from '@shared/first/endpoints'
import type { BatchService, LongStep, SiteBatch } from '../batches/service/batch-service'
import type { Persist } from './persist'
import type { SiteGateway } from './site-gateway'
import type { Staging } from './staging'
import { stopOf, type Step } from './step'

export interface FirstBatchServiceDeps {
  readonly gateway: SiteGateway
  readonly staging: Staging
  readonly persist: Persist
  /** As people call the site. */
  readonly title: () => string
  readonly model: string
  readonly framework?: string | undefined
  /** Clusters of the site that are used, best first; absent: all of them. */
  readonly clusters?: readonly string[] | undefined
  /** Where results are kept until they are taken over. */
  readonly scratch: string
  /** Of the batch here: names its files there. */
  readonly key: string
}

const finishMs = 15_000
/** Results that are there when a batch is cancelled or expires are fetched all the same, within this time. */
const lingerMs = 60_000

const listed = z.array(z.looseObject({ batch_id: z.string(), input_file: z.string() }))
const submitted = z.looseObject({ batch_id: z.string().min(1).max(200) })
/** A JSON string with JSON in it; a server may send the object itself. */
const resultAnswer = z.union([z.string().transform((text, context) => parseOr(text, context)), z.unknown()]).pipe(z.looseObject({ ...firstBatchResult.pick({ results_file: true }).shape, progress_file: z.string().nullish(), metrics: z.looseObject({ num_responses: z.number().nonnegative().catch(0) }).nullish() }))

function parseOr(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'is no JSON' })
    return z.NEVER
  }
}

/** The batches of a FIRST site (wire/first.md), whose files come and go by staging. One for each batch. */
export function createFirstBatchService({ gateway, staging, persist, title, model, framework, clusters, scratch, key }: FirstBatchServiceDeps): BatchService {
  const inputName = `${key}.jsonl`
  const local = join(scratch, `${key}.results.jsonl`)
  /** Paths there that are ours to remove. */
  const made = new Set<string>()
  let isStaged = false
  let isGivenUp = false
  const stepOf = (leaving: AbortSignal, { ending, onWait }: LongStep): Step => ({ leaving, ending, onWait })

  const search = async (input: string, signal: AbortSignal): Promise<string | undefined> =>
    (await gateway.send({ method: 'GET', path: '/v1/batches', signal }, listed)).find(({ input_file: file }) => file === input)?.batch_id

  /** `/cluster/framework` of the site, each that serves the model. */
  const placesOfModel = async (signal: AbortSignal): Promise<string[]> => {
    const { clusters: all } = await gateway.send({ method: 'GET', path: '/list-endpoints', signal }, listEndpointsAnswer)
    const used = clusters ?? Object.keys(all)
    return used.flatMap((name) => Object.entries(all[name]?.frameworks ?? {}).flatMap(([one, { models }]) => (models.includes(model) && (framework === undefined || framework === one) ? [`/${encodeURIComponent(name)}/${encodeURIComponent(one)}`] : [])))
  }

  /** At the first of its places that does batches. */
  const order = async (input: string, folder: string, signal: AbortSignal): Promise<string> => {
    const json = { input_file: input, model, output_folder_path: folder }
    let refusal: FirstError | undefined
    for (const place of await placesOfModel(signal)) {
      try {
        return (await gateway.send({ method: 'POST', path: `${place}/v1/batches`, json, model, signal }, submitted)).batch_id
      } catch (cause) {
        if (!(cause instanceof FirstError)) throw cause
        const code = codeOf(cause)
        if (code === 'quota_exceeded') throw new FirstError('too_many_requests', `${title()} takes no more batches of this account now; this one goes when another has ended.`, { cause, retryAfterS: 60 })
        if (code !== 'batch_unavailable' && code !== 'unsupported_endpoint') throw cause
        refusal = cause
      }
    }
    throw refusal ?? new FirstError('not_found', `${title()} does not list the model "${model}" now.`)
  }

  const result = (id: string, signal: AbortSignal) => gateway.send({ method: 'GET', path: `/v1/batches/${encodeURIComponent(id)}/result`, signal }, resultAnswer)
  const look = async (id: string, signal: AbortSignal): Promise<SiteBatch> => {
    const blank = { id, completed: 0, failed: 0, resultFiles: [] }
    const status = await gateway.send({ method: 'GET', path: `/v1/batches/${encodeURIComponent(id)}`, signal }, firstBatchStatus).catch((cause: unknown) => {
      throw isUnknownBatch(cause) ? new FirstError('batch_not_found', `${title()} does not know the batch any more.`, { cause }) : cause
    })
    if (status === 'completed') {
      const { results_file: file, progress_file: progress, metrics } = await result(id, signal)
      for (const path of [file, progress]) if (path != null) made.add(path)
      return { ...blank, status: 'ended', completed: metrics?.num_responses ?? 0, resultFiles: [file] }
    }
    if (status === 'failed') return { ...blank, status: 'failed', reason: await result(id, signal).then(() => '', (cause: unknown) => (cause instanceof FirstError ? cause.message : '')) }
    return { ...blank, status: 'running', ...(status === 'pending' && { waits: `The batch waits in the queue of ${title()}.` }) }
  }

  return {
    async submit({ path }, leaving, long) {
      const step = stepOf(leaving, long)
      const folder = await staging.folder(step)
      isStaged = true
      const input = await staging.put({ path, name: inputName }, step)
      // An order whose answer was lost is found by its file.
      const id = await persist(step, async (tries) => (tries > 0 ? await search(input, stopOf(step)) : undefined) ?? order(input, folder, stopOf(step)))
      long.onWait(undefined)
      return id
    },
    find(_key, leaving, long) {
      isStaged = true
      const step = stepOf(leaving, long)
      return persist(step, async () => search(`${await staging.folder(step)}${inputName}`, stopOf(step)))
    },
    async status(id, signal) {
      isStaged = true
      const state = await look(id, signal)
      if (!isGivenUp || state.status !== 'running') return state
      return { ...state, status: 'ended', note: `${title()} cannot stop a batch that was begun: it goes on there, and nothing of it is fetched.` }
    },
    async *results(path, leaving, long) {
      const step = stepOf(leaving, { ...long, ending: laterThan(long.ending, lingerMs) })
      if (!(await isThere(local))) await staging.get(path, { path: local, name: `${key}.results.jsonl` }, step)
      long.onWait(undefined)
      for await (const chunk of createReadStream(local)) yield chunk as Uint8Array
    },
    cancel() {
      isGivenUp = true
      return Promise.resolve()
    },
    async finish(leaving) {
      for (const path of [local, `${local}.part`]) await rm(path, { force: true })
      if (!isStaged) return
      // What lies there is worth a try, and no waiting.
      const step = { leaving, ending: AbortSignal.timeout(finishMs), onWait: () => undefined }
      const folder = await staging.folder(step).catch(() => undefined)
      if (folder !== undefined) await staging.remove([`${folder}${inputName}`, ...made], stopOf(step))
    },
  }
}

function laterThan(signal: AbortSignal, ms: number): AbortSignal {
  const late = new AbortController()
  const arm = (): void => void setTimeout(() => late.abort(), ms).unref()
  if (signal.aborted) arm()
  else signal.addEventListener('abort', arm, { once: true })
  return late.signal
}

/** FIRST's own code, which `errorOfSite` keeps in `info` where ours says less. */
const codeOf = ({ code, info }: FirstError): unknown => info?.['code'] ?? code
const isUnknownBatch = (cause: unknown): boolean => cause instanceof FirstError && (cause.code === 'not_found' || cause.code === 'batch_not_found')

const isThere = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)
