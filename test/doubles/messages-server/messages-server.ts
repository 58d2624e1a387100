import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Plan } from '../scripted/behaviour'
import { createLog, createScript, json, listenOnLoopback, Refused, type SeenRequest } from '../scripted/http-double'
import { perform } from '../scripted/perform'
import { tokensOf } from '../scripted/wire'
import { errorBody, messagesWire } from './messages-wire'

const blocks = z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))])
const turn = z.strictObject({ role: z.enum(['user', 'assistant'], 'roles are "user" and "assistant"'), content: blocks })
const tool = z.looseObject({ name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/), description: z.string().optional(), input_schema: z.looseObject({ type: z.literal('object') }).optional() })

/** Fields of the protocol; any other is refused, as the real service does. */
const counted = {
  model: z.string(),
  messages: z.array(turn).min(1),
  system: blocks.optional(),
  tools: z.array(tool).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.enum(['enabled', 'disabled', 'adaptive']) }).optional(),
  output_config: z.looseObject({}).optional(),
  cache_control: z.looseObject({ type: z.literal('ephemeral') }).optional(),
}
const countBody = z.strictObject(counted)
const messagesBody = z.strictObject({
  ...counted,
  max_tokens: z.number().int().min(1),
  metadata: z.looseObject({}).optional(),
  service_tier: z.string().optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_k: z.number().int().min(0).optional(),
  top_p: z.number().min(0).max(1).optional(),
})

export interface MessagesServerOptions {
  readonly models?: readonly string[]
  /** Taken as `x-api-key`, or as a bearer, as the official client sends it; absent: everybody may call. */
  readonly key?: string
  /** Models on one page of the list; default as many as are asked for. */
  readonly pageSize?: number
  readonly port?: number
}

export interface MessagesServer {
  /** With the version: `http://127.0.0.1:41234/v1`. */
  readonly url: string
  readonly port: number
  /** Requests for messages, in the order they came. */
  readonly requests: readonly SeenRequest[]
  /** Requests for a count of tokens. */
  readonly counts: readonly SeenRequest[]
  /** What requests for messages meet from now on. */
  behave(plan: Plan): void
  /** What the next one meets, before the rest; more calls queue up. */
  behaveOnce(plan: Plan): void
  /** Resolves when so many have come in all. */
  seen(count: number): Promise<SeenRequest>
  close(): Promise<void>
}

/** A server on loopback that speaks Anthropic's Messages and nothing else, and does what a test tells it to. */
export async function startMessagesServer(options: MessagesServerOptions = {}): Promise<MessagesServer> {
  const models = options.models ?? ['double-model']
  const script = createScript()
  const messages = createLog()
  const counts = createLog()

  const listModels = (query: URLSearchParams, response: ServerResponse): void => {
    const limit = Math.min(options.pageSize ?? Infinity, Number(query.get('limit') ?? 20))
    const from = models.indexOf(query.get('after_id') ?? '') + 1
    const page = models.slice(from, from + limit)
    const data = page.map((id) => ({
      type: 'model',
      id,
      display_name: id,
      created_at: '2026-02-01T00:00:00Z',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      capabilities: { image_input: { supported: true }, thinking: { supported: true } },
    }))
    json(response, 200, { data, has_more: from + limit < models.length, first_id: page[0] ?? null, last_id: page.at(-1) ?? null })
  }

  const parse = <Body extends { readonly model: string }>(schema: z.ZodType<Body>, { body }: SeenRequest): Body => {
    const parsed = schema.safeParse(JSON.parse(body))
    if (!parsed.success) throw new Refused(400, problemOf(parsed.error))
    if (!models.includes(parsed.data.model)) throw new Refused(404, `model: ${parsed.data.model}`)
    return parsed.data
  }

  const create = async (request: SeenRequest, response: ServerResponse): Promise<void> => {
    messages.add(request)
    const asked = parse(messagesBody, request)
    if (asked.thinking?.type === 'enabled') refuseBesideThinking(asked)
    await perform(script.next({ ...asked }), { model: asked.model, text: textOf(asked.messages.at(-1)?.content ?? ''), isStreamed: asked.stream === true, includesUsage: true }, response, messagesWire)
  }

  const count = (request: SeenRequest, response: ServerResponse): void => {
    counts.add(request)
    const asked = parse(countBody, request)
    const texts = [asked.system ?? '', ...asked.messages.map(({ content }) => content)].map(textOf)
    json(response, 200, { input_tokens: texts.reduce((sum, text) => sum + tokensOf(text).length, 0) })
  }

  const letIn = ({ headers }: SeenRequest): void => {
    const given = headers['x-api-key'] ?? headers.authorization
    if (options.key !== undefined && given === undefined) throw new Refused(401, 'x-api-key header is required')
    if (options.key !== undefined && given !== options.key && given !== `Bearer ${options.key}`) throw new Refused(401, headers['x-api-key'] === undefined ? 'Invalid bearer token' : 'invalid x-api-key')
    if (headers['anthropic-version'] === undefined) throw new Refused(400, 'anthropic-version: header is required')
  }

  const handle = async (request: SeenRequest, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.path, 'http://double')
    try {
      letIn(request)
      if (request.method === 'GET' && pathname === '/v1/models') listModels(searchParams, response)
      else if (request.method === 'POST' && pathname === '/v1/messages') await create(request, response)
      else if (request.method === 'POST' && pathname === '/v1/messages/count_tokens') count(request, response)
      else throw new Refused(404, `${pathname} is not here.`)
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause
      json(response, cause.status, errorBody(cause.status, cause.message), { 'request-id': 'req_double' })
    }
  }

  const { port, close } = await listenOnLoopback(handle, options.port)
  return { url: `http://127.0.0.1:${port}/v1`, port, requests: messages.requests, counts: counts.requests, behave: (plan) => script.behave(plan), behaveOnce: (plan) => script.behaveOnce(plan), seen: (n) => messages.seen(n), close }
}

/** platform.claude.com, "Extended thinking": what it does not go with, and what has to come back before calls that are answered. */
function refuseBesideThinking({ messages, temperature = 1, top_k: topK, tool_choice: choice }: z.infer<typeof messagesBody>): void {
  if (topK !== undefined) throw new Refused(400, '`top_k` must be unset when thinking is enabled.')
  if (temperature !== 1) throw new Refused(400, '`temperature` may only be set to 1 when thinking is enabled.')
  if (choice?.type === 'any' || choice?.type === 'tool') throw new Refused(400, 'Thinking may not be enabled when tool_choice forces tool use.')
  const content = messages.findLast(({ role }) => role === 'assistant')?.content ?? ''
  const blocks = typeof content === 'string' ? [] : content.map(({ type }) => type)
  if (blocks.includes('tool_use') && blocks[0]?.endsWith('thinking') !== true) throw new Refused(400, `Expected \`thinking\` or \`redacted_thinking\`, but found \`${blocks[0] ?? ''}\`.`)
}

/** `field: what is wrong`, as the service words it. */
function problemOf({ issues }: z.ZodError): string {
  const [issue] = issues
  if (issue === undefined) return 'invalid request'
  if (issue.code === 'unrecognized_keys') return `${[...issue.path, issue.keys[0]].join('.')}: Extra inputs are not permitted`
  return `${issue.path.join('.')}: ${issue.message}`
}

function textOf(content: z.infer<typeof blocks>): string {
  return typeof content === 'string' ? content : content.map((block) => block.text ?? JSON.stringify(block)).join('\n')
}
