import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { inferenceBody, readAsked, type Asked } from './asked'
import { chatDialect } from './chat-dialect'
import { embed } from './embed'
import { messagesDialect } from './messages-dialect'
import type { Turn } from './turn'

export type Script = (asked: Asked) => Turn

export interface ScriptedEngineOptions {
  readonly speaks: 'chat_completions' | 'messages'
  readonly models?: readonly string[]
  readonly script: Script
}

export interface ScriptedEngine {
  /** With the version: `http://127.0.0.1:41234/v1`. */
  readonly url: string
  /** Requests for answers, in the order they came. */
  readonly asked: readonly Asked[]
  /** What is answered from now on. */
  play(script: Script): void
  close(): Promise<void>
}

const dialects = { chat_completions: chatDialect, messages: messagesDialect }

export async function startScriptedEngine({ speaks, models = ['scripted-model'], ...rest }: ScriptedEngineOptions): Promise<ScriptedEngine> {
  const dialect = dialects[speaks]
  const asked: Asked[] = []
  let { script } = rest

  const json = (response: ServerResponse, status: number, body: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const answer = (request: IncomingMessage, text: string, response: ServerResponse): void => {
    const body = inferenceBody.parse(JSON.parse(text))
    const problem = dialect.problem(body, request.headers)
    if (problem !== undefined) {
      json(response, 400, dialect.errorBody(problem))
      return
    }
    const seen = readAsked(body)
    asked.push(seen)
    const turn = script(seen)
    if (body.stream !== true) {
      json(response, 200, dialect.whole(body, turn, asked.length))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    for (const piece of dialect.stream(body, turn, asked.length)) response.write(piece)
    response.end()
  }
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = Buffer.concat((await request.toArray()) as Buffer[]).toString('utf8')
    const [path] = (request.url ?? '').split('?')
    if (path === '/v1/models') json(response, 200, dialect.models(models))
    else if (path === dialect.path) answer(request, text, response)
    else if (path === '/v1/messages/count_tokens' && speaks === 'messages') json(response, 200, { input_tokens: 42 })
    else if (path === '/v1/embeddings' && speaks === 'chat_completions') json(response, 200, embed(JSON.parse(text)))
    else json(response, 404, dialect.errorBody(`There is no ${path ?? ''} here.`))
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((cause: unknown) => {
      if (!response.headersSent) json(response, 500, dialect.errorBody(String(cause)))
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the engine has no port')
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    asked,
    play: (next) => void (script = next),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
