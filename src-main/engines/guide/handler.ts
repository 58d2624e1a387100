import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { FirstError, toFirstError } from '@shared/errors'
import type { Answerer } from './answer'
import { parseChatRequest } from './chat-request'
import { chunkBodies, complete, wholeBody } from './completion'
import { readBody, sendError, sendJson } from '../http'
import { streamEvents, type GuideClock } from './stream'

const bodyLimitBytes = 10 * 2 ** 20

export interface HandlerDeps {
  readonly key: string
  readonly model: string
  readonly answer: Answerer
  readonly randomHex: (bytes: number) => string
  readonly clock: GuideClock
  readonly tokenDelayMs: number
}

type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** Answers a request of the three paths to the holder of the key, errors in OpenAI's shape. */
export function createHandler(deps: HandlerDeps): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const nowS = (): number => Math.floor(deps.clock.now() / 1000)
  const models = { object: 'list', data: [{ id: deps.model, object: 'model', created: nowS(), owned_by: 'first-desktop' }] }

  const chat: Route = async (request, response) => {
    const asked = parseChatRequest(await readBody(request, bodyLimitBytes))
    if (asked.model !== deps.model)
      throw new FirstError('model_not_found', `The guide does not serve the model "${asked.model}"; its id is "${deps.model}".`, { param: 'model' })
    const completion = complete(asked, deps.answer(asked.messages), { id: `chatcmpl-${deps.randomHex(12)}`, created: nowS(), model: deps.model })
    if (asked.stream === true) await streamEvents(response, chunkBodies(completion, asked.stream_options?.include_usage === true), deps.tokenDelayMs, deps.clock)
    else sendJson(response, 200, wholeBody(completion))
  }

  const routes = new Map<string, { method: string; route: Route }>([
    ['/health', { method: 'GET', route: (_request, response) => sendJson(response, 200, { status: 'ok' }) }],
    ['/v1/models', { method: 'GET', route: (_request, response) => sendJson(response, 200, models) }],
    ['/v1/chat/completions', { method: 'POST', route: chat }],
  ])

  return async (request, response) => {
    try {
      if (!isSame(request.headers.authorization ?? '', `Bearer ${deps.key}`)) throw new FirstError('unauthorized', 'This key is not the guide\'s.')
      const path = (request.url ?? '').split('?')[0] ?? ''
      const found = routes.get(path)
      if (found === undefined) throw new FirstError('not_found', `The guide has no ${path}.`)
      if (request.method !== found.method) {
        response.setHeader('allow', found.method)
        throw new FirstError('method_not_allowed', `${path} takes ${found.method} only.`)
      }
      await found.route(request, response)
    } catch (cause) {
      // A caller who left while sending its body has nothing to read an answer with.
      if (!response.destroyed) sendError(response, toFirstError(cause))
    }
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
