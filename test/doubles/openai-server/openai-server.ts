import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Plan } from '../scripted/behaviour'
import { createLog, createScript, json, listenOnLoopback, Refused, type SeenRequest } from '../scripted/http-double'
import { perform } from '../scripted/perform'
import type { Asked, Wire } from '../scripted/wire'
import { chatWire } from './chat-wire'
import { completionsWire } from './completions-wire'
import type { Discovery, Page } from './discovery'
import { embeddings } from './embeddings'
import { responsesWire } from './responses-wire'

export type { SeenRequest } from '../scripted/http-double'

/** What the three protocols of text have in common. */
interface Generation extends Pick<Asked, 'model' | 'isStreamed' | 'includesUsage'> {
  readonly said: unknown
}

const common = z.looseObject({ model: z.string(), stream: z.boolean().nullish(), stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish() })
const generation = ({ model, stream, stream_options: streamOptions }: z.infer<typeof common>, said: unknown): Generation => ({ model, said, isStreamed: stream === true, includesUsage: streamOptions?.include_usage === true })
const chatBody = common.extend({ messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })) }).transform((body) => generation(body, body.messages.at(-1)?.content))
const completionsBody = common.extend({ prompt: z.union([z.string(), z.array(z.unknown())]) }).transform((body) => generation(body, body.prompt))
const responsesBody = common.extend({ input: z.union([z.string(), z.array(z.unknown())]).nullish() }).transform((body) => generation(body, body.input))
const embeddingsBody = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number().int().positive().optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
})

const chatPath = '/v1/chat/completions'

type Operation = (body: object, response: ServerResponse) => Promise<void>

export interface OpenAiServerOptions {
  readonly models?: readonly string[]
  /** Absent: everybody may call. */
  readonly key?: string
  /** What `GET /v1/models` does when it should not list; default: it lists. */
  readonly modelsAnswer?: { readonly status: number; readonly contentType: string; readonly body: string }
  readonly port?: number
  /** Serves Chat Completions and no other protocol: 404 for the rest. */
  readonly chatOnly?: boolean
  /** Fields that a request must not have: 422 `extra_forbidden`, as strict gateways answer. */
  readonly refuses?: readonly string[]
  /** What it tells about itself, as one kind of server does. */
  readonly discovery?: Discovery
}

export interface OpenAiServer {
  /** With the version: `http://127.0.0.1:41234/v1`. */
  readonly url: string
  readonly port: number
  /** Chat requests, in the order they came. */
  readonly chats: readonly SeenRequest[]
  /** Requests of every protocol. */
  readonly requests: readonly SeenRequest[]
  /** Times the models were asked for. */
  modelListings(): number
  /** Paths of everything else that was asked, in order. */
  readonly questions: readonly string[]
  /** What requests meet from now on. */
  behave(plan: Plan): void
  /** What the next request meets, before the rest; more calls queue up. */
  behaveOnce(plan: Plan): void
  setModels(models: readonly string[]): void
  setDiscovery(discovery: Discovery | undefined): void
  /** Resolves when so many chat requests have come in all. */
  seen(count: number): Promise<SeenRequest>
  /** Resolves when so many requests of every protocol have come in all. */
  seenRequests(count: number): Promise<SeenRequest>
  close(): Promise<void>
}

/** An OpenAI-compatible server on loopback that does what a test tells it to, request by request. */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  let models = options.models ?? ['double-model']
  let { discovery } = options
  let listings = 0
  const script = createScript()
  const chats = createLog()
  const requests = createLog()
  const questions: string[] = []

  const listModels = (response: ServerResponse): void => {
    listings++
    const { modelsAnswer } = options
    if (modelsAnswer !== undefined) response.writeHead(modelsAnswer.status, { 'content-type': modelsAnswer.contentType }).end(modelsAnswer.body)
    else json(response, 200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 1_750_000_000, owned_by: 'double', ...discovery?.entry?.(id) })) }, discovery?.headers)
  }

  const parse = <Body extends { readonly model: string }>(schema: z.ZodType<Body>, body: object): Body => {
    const parsed = schema.safeParse(body)
    if (!parsed.success) throw new Refused(400, z.prettifyError(parsed.error))
    if (!models.includes(parsed.data.model)) throw new Refused(404, `The model ${parsed.data.model} does not exist.`)
    return parsed.data
  }

  const generate = async (body: object, schema: z.ZodType<Generation>, wire: Wire, response: ServerResponse): Promise<void> => {
    const { model, said, isStreamed, includesUsage } = parse(schema, body)
    discovery?.onUse?.(model)
    await perform(script.next({ ...body }), { model, text: textOf(said), isStreamed, includesUsage }, response, wire)
  }

  const embed = async (body: object, response: ServerResponse): Promise<void> => {
    const asked = parse(embeddingsBody, body)
    const plan = script.next({ ...asked })
    if (plan.kind === 'answer') json(response, 200, embeddings(asked))
    else await perform(plan, { model: asked.model, text: '', isStreamed: false, includesUsage: false }, response, chatWire)
  }

  const operations: Readonly<Record<string, Operation>> = {
    [chatPath]: (body, response) => generate(body, chatBody, chatWire, response),
    '/v1/completions': (body, response) => generate(body, completionsBody, completionsWire, response),
    '/v1/responses': (body, response) => generate(body, responsesBody, responsesWire, response),
    '/v1/embeddings': embed,
  }

  const tell = (request: SeenRequest, page: Page | undefined, response: ServerResponse): void => {
    questions.push(request.path)
    if (page === undefined) throw new Refused(404, `There is no ${request.path} here.`)
    const { status = 200, body } = page.answer(request.body === '' ? {} : (JSON.parse(request.body) as object), models)
    json(response, status, body, discovery?.headers)
  }

  const serve = async (request: SeenRequest, operation: Operation, response: ServerResponse): Promise<void> => {
    requests.add(request)
    if (request.path === chatPath) chats.add(request)
    const body = JSON.parse(request.body) as Record<string, unknown>
    const refused = (options.refuses ?? []).filter((field) => field in body)
    if (refused.length > 0) json(response, 422, { detail: refused.map((field) => ({ type: 'extra_forbidden', loc: ['body', field], msg: 'Extra inputs are not permitted', input: body[field] })) })
    else await operation(body, response)
  }

  const handle = async (request: SeenRequest, response: ServerResponse): Promise<void> => {
    const { method, path, headers } = request
    const page = discovery?.pages?.[path]
    const operation = method === 'POST' && (options.chatOnly !== true || path === chatPath) ? operations[path] : undefined
    try {
      if (options.key !== undefined && headers.authorization !== `Bearer ${options.key}` && page?.isOpen !== true) throw new Refused(401, 'Incorrect API key provided.')
      if (path === '/v1/models' && method === 'GET') listModels(response)
      else if (operation === undefined) tell(request, page, response)
      else await serve(request, operation, response)
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause
      json(response, cause.status, chatWire.error(cause.status, cause.message))
    }
  }

  const { port, close } = await listenOnLoopback(handle, options.port)
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    chats: chats.requests,
    requests: requests.requests,
    modelListings: () => listings,
    questions,
    behave: (plan) => script.behave(plan),
    behaveOnce: (plan) => script.behaveOnce(plan),
    setModels: (next) => void (models = next),
    setDiscovery: (next) => void (discovery = next),
    seen: (count) => chats.seen(count),
    seenRequests: (count) => requests.seen(count),
    close,
  }
}

const textOf = (said: unknown): string => (typeof said === 'string' ? said : JSON.stringify(said ?? ''))
