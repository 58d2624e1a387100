import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Behaviour } from './behaviour'
import { perform } from './perform'

const chatBody = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
})

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Of the caller's connection. */
  readonly port: number | undefined
  /** As it came. */
  readonly body: string
  /** Resolves to whether the caller left before the answer was whole. */
  readonly ended: Promise<'answered' | 'disconnected'>
}

export interface OpenAiServerOptions {
  readonly models?: readonly string[]
  /** Absent: everybody may call. */
  readonly key?: string
  /** What `GET /v1/models` does when it should not list; default: it lists. */
  readonly modelsAnswer?: { readonly status: number; readonly contentType: string; readonly body: string }
  readonly port?: number
}

export interface OpenAiServer {
  /** With the version: `http://127.0.0.1:41234/v1`. */
  readonly url: string
  readonly port: number
  /** Chat requests, in the order they came. */
  readonly chats: readonly SeenRequest[]
  /** Times the models were asked for. */
  modelListings(): number
  /** What chat requests meet from now on. */
  behave(behaviour: Behaviour): void
  /** What the next chat request meets, before the rest; more calls queue up. */
  behaveOnce(behaviour: Behaviour): void
  setModels(models: readonly string[]): void
  /** Resolves when so many chat requests have come in all. */
  seen(count: number): Promise<SeenRequest>
  close(): Promise<void>
}

/** An OpenAI-compatible server on loopback that does what a test tells it to, request by request. */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  let models = options.models ?? ['double-model']
  let standing: Behaviour = { kind: 'answer' }
  let listings = 0
  const queue: Behaviour[] = []
  const chats: SeenRequest[] = []
  const waiting: { readonly count: number; readonly resolve: (seen: SeenRequest) => void }[] = []

  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const refuse = (response: ServerResponse, status: number, message: string): void => json(response, status, { error: { message, type: 'invalid_request_error', param: null, code: null } })

  const listModels = (response: ServerResponse): void => {
    listings++
    const { modelsAnswer } = options
    if (modelsAnswer !== undefined) response.writeHead(modelsAnswer.status, { 'content-type': modelsAnswer.contentType }).end(modelsAnswer.body)
    else json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 1_750_000_000, owned_by: 'double' })) })
  }

  const chat = async (body: string, response: ServerResponse): Promise<void> => {
    const parsed = chatBody.safeParse(JSON.parse(body))
    if (!parsed.success) refuse(response, 400, z.prettifyError(parsed.error))
    else if (!models.includes(parsed.data.model)) refuse(response, 404, `The model ${parsed.data.model} does not exist.`)
    else {
      const { model, messages, stream, stream_options: streamOptions } = parsed.data
      const last = messages.at(-1)?.content
      const asked = { model, text: typeof last === 'string' ? last : JSON.stringify(last), isStreamed: stream === true, includesUsage: streamOptions?.include_usage === true }
      await perform(queue.shift() ?? standing, asked, response)
    }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url: path = '', headers } = request
    const ended = once(response, 'close').then((): 'answered' | 'disconnected' => (response.writableFinished ? 'answered' : 'disconnected'))
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString('utf8')
    if (options.key !== undefined && headers.authorization !== `Bearer ${options.key}`) refuse(response, 401, 'Incorrect API key provided.')
    else if (path === '/v1/models' && method === 'GET') listModels(response)
    else if (path !== '/v1/chat/completions' || method !== 'POST') refuse(response, 404, `There is no ${path} here.`)
    else {
      const seen: SeenRequest = { method, path, headers, port: request.socket.remotePort, body, ended }
      chats.push(seen)
      for (const waiter of waiting.filter(({ count }) => count === chats.length)) waiter.resolve(seen)
      await chat(body, response)
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((cause: unknown) => response.destroy(cause instanceof Error ? cause : new Error(String(cause))))
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the double has no port')

  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    port: address.port,
    chats,
    modelListings: () => listings,
    behave: (behaviour) => void (standing = behaviour),
    behaveOnce: (behaviour) => void queue.push(behaviour),
    setModels: (next) => void (models = next),
    seen: (count) => {
      const already = chats[count - 1]
      return already !== undefined ? Promise.resolve(already) : new Promise((resolve) => waiting.push({ count, resolve }))
    },
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
