import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FirstError, toFirstError } from '@shared/errors'
import { readBody, sendError, sendJson } from '../http'
import { type AnswerWriter, createAnswerWriter } from './chat-answer'
import { parseChatRequest, stopTexts, toCompletionRequest } from './chat-request'
import type { AnswerSoFar, LlamaModel, RunningCompletion } from './llama-model'

export interface CompletionServerDeps {
  readonly model: LlamaModel
  readonly modelId: string
  readonly key: string
  /** `/health` is answered to those without the key too. */
  readonly isHealthOpen: boolean
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** The gateway has its own, smaller limit; this one only keeps a mistake from filling the memory. */
const bodyLimitBytes = 64 * 2 ** 20
/** Longer than a pool keeps a connection, so that none is closed under a request. */
const keepAliveMs = 75_000

/** Serves one model in OpenAI's words; `listen` gives the port, which was free where 0 was asked for. */
export function createCompletionServer(deps: CompletionServerDeps): { listen(at: { readonly host: string; readonly port: number }): Promise<number> } {
  const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
    '/health': { GET: (_request, response) => sendJson(response, 200, healthOf(deps.model)) },
    '/v1/models': { GET: (_request, response) => sendJson(response, 200, modelList(deps)) },
    '/v1/chat/completions': { POST: (request, response) => chat(deps, request, response) },
  }
  const accepts = keyCheck(deps.key)
  const answer: Handler = async (request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const isOpen = deps.isHealthOpen && path === '/health'
    if (!isOpen && !accepts(request.headers.authorization)) throw new FirstError('unauthorized', 'This engine answers only to the key it was started with.')
    const methods = routes[path]
    if (!methods) throw new FirstError('not_found', `There is nothing at ${path}.`)
    const handler = methods[request.method ?? '']
    if (!handler) {
      response.setHeader('allow', Object.keys(methods).join(', '))
      throw new FirstError('method_not_allowed', `${path} does not take ${request.method ?? 'this method'}.`)
    }
    await handler(request, response)
  }
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((cause: unknown) => {
      if (response.destroyed) return
      const error = toFirstError(cause)
      if (error.code === 'internal_error') process.stderr.write(`request failed: ${String(cause)}\n`)
      sendError(response, error)
    })
  })
  server.keepAliveTimeout = keepAliveMs
  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
      }),
  }
}

async function chat({ model, modelId }: CompletionServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = parseChatRequest(await readBody(request, bodyLimitBytes))
  if (body.model !== modelId) throw new FirstError('model_not_found', `This engine serves "${modelId}", not "${body.model}".`, { param: 'model' })
  const wanted = toCompletionRequest(body)
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: modelId }
  const writer = createAnswerWriter(head, stopTexts(body), () => `call_${randomUUID()}`)
  const send = (chunk: object): void => void response.write(`data: ${JSON.stringify(chunk)}\n\n`)
  const stream = body.stream === true
  const onGrowth = (answer: AnswerSoFar): void => {
    if (stream && !response.destroyed) writer.grow(answer).forEach(send)
  }
  const running = await model.complete(wanted, onGrowth)
  cancelWhenCallerLeaves(response, running)
  if (stream) await streamAnswer(response, writer, running, send, body.stream_options?.include_usage ?? false)
  else sendJson(response, 200, writer.whole(await running.done))
}

async function streamAnswer(response: ServerResponse, writer: AnswerWriter, running: RunningCompletion, send: (chunk: object) => void, withUsage: boolean): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  send(writer.open())
  writer.finish(await running.done, withUsage).forEach(send)
  response.end('data: [DONE]\n\n')
}

/** Frees the slot as soon as nobody listens, also for a request that still waits for one. */
function cancelWhenCallerLeaves(response: ServerResponse, running: RunningCompletion): void {
  const cancel = (): void => {
    if (!response.writableFinished) running.cancel()
  }
  if (response.destroyed) cancel()
  else response.once('close', cancel)
}

function healthOf(model: LlamaModel): object {
  const { slotsBusy, queued } = model.load()
  return { status: 'ok', slots: model.slots, slots_busy: slotsBusy, queued, context_tokens: model.contextTokens }
}

function modelList({ model, modelId }: CompletionServerDeps): object {
  return { object: 'list', data: [{ id: modelId, object: 'model', created: 0, owned_by: 'local', max_model_len: model.contextTokens }] }
}

/** Compares hashes, so that the time taken says nothing about the key. */
function keyCheck(key: string): (authorization: string | undefined) => boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  const expected = hash(`Bearer ${key}`)
  return (authorization) => timingSafeEqual(hash(authorization ?? ''), expected)
}
