import type { IncomingHttpHeaders } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Dispatcher } from 'undici'
import { z } from 'zod'
import type { ServerProfile } from '@shared/config/clusters'
import { modelId } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { ask, parseJson, type Answer, type Server } from './ask'
import { modelEntry, type ModelEntry } from './model-entry'
import { headersFor } from './profiles'

export interface ModelList {
  /** By id, each once. */
  readonly entries: readonly ModelEntry[]
  readonly headers: IncomingHttpHeaders
  /** Of the first answer, from the first byte sent. */
  readonly latencyMs: number
  /** Whether the server turned out to speak Anthropic's protocol. */
  readonly isAnthropic: boolean
}

const modelList = z.looseObject({ data: z.array(modelEntry), has_more: z.boolean().optional().catch(undefined), last_id: z.string().nullish().catch(undefined) })
const anthropicError = z.looseObject({ type: z.literal('error'), error: z.looseObject({ type: z.string(), message: z.string() }) })
const loadingError = z.looseObject({ error: z.looseObject({ message: z.string().regex(/loading model/i) }) })

/** Pages of a list that goes on and on are not followed further. */
const pageLimit = 20

/**
 * What `GET {baseUrl}/models` names, with the key as the profile sends it; a server that answers like Anthropic is asked again in its way.
 * @throws FirstError whose message says in plain words what answers there instead: `upstream_unreachable`, `upstream_unauthorized`, `upstream_garbled`, `upstream_error`, `not_found`, `model_loading`
 */
export async function askModels(agent: Dispatcher, { baseUrl, key }: Server, profile: ServerProfile | undefined, signal: AbortSignal): Promise<ModelList> {
  const url = `${baseUrl}/models`
  const startedMs = performance.now()
  const pages: ModelEntry[][] = []
  let isAnthropic = profile === 'anthropic'
  const get = (after?: string): Promise<Answer> => ask(agent, `${url}${isAnthropic ? pageQuery(after) : ''}`, { headers: headersFor(isAnthropic ? 'anthropic' : (profile ?? 'other'), key), signal })

  let answer = await get()
  const latencyMs = performance.now() - startedMs
  if (profile === undefined && answer.status !== 200 && anthropicError.safeParse(parseJson(answer.body)).success) {
    isAnthropic = true
    answer = await get()
  }
  for (;;) {
    const page = readList(answer, url, baseUrl, key)
    pages.push(page.data)
    isAnthropic ||= profile === undefined && page.data.length > 0 && page.data.every(({ type, display_name: name }) => type === 'model' && name !== undefined)
    if (!isAnthropic || page.has_more !== true || typeof page.last_id !== 'string' || pages.length === pageLimit) break
    answer = await get(page.last_id)
  }
  const byId = new Map(pages.flat().filter(({ id }) => modelId.safeParse(id).success).map((entry) => [entry.id, entry]))
  return { entries: [...byId.values()].sort((left, right) => (left.id < right.id ? -1 : 1)), headers: answer.headers, latencyMs, isAnthropic }
}

const pageQuery = (after: string | undefined): string => `?limit=1000${after === undefined ? '' : `&after_id=${encodeURIComponent(after)}`}`

function readList({ status, headers, body }: Answer, url: string, baseUrl: string, key: string | undefined): z.infer<typeof modelList> {
  if (status === 401 || status === 403)
    throw new FirstError('upstream_unauthorized', key === undefined ? `${baseUrl} wants an API key (${status}).` : `${baseUrl} refused the API key (${status}).`)
  if (status === 404 || status === 405) throw new FirstError('not_found', `${url} is not there (${status}).`)
  // llama-server, until its model is in memory.
  if (status === 503 && loadingError.safeParse(parseJson(body)).success) throw new FirstError('model_loading', `${baseUrl} is loading its model.`, { retryAfterS: 5, action: 'Wait until it is loaded.' })
  if (status !== 200) throw new FirstError('upstream_error', `${url} answered with status ${status}.`)
  const parsed = modelList.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  if ((headers['content-type'] ?? '').includes('html') || /^\s*<(?:!doctype|html)/i.test(body)) throw new FirstError('upstream_garbled', `${url} is a web page, not a list of models.`)
  throw new FirstError('upstream_garbled', `${url} did not answer with OpenAI's list of models.`)
}
