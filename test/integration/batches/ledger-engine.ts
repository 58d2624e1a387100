import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../fixtures/free-port'

/** An OpenAI-compatible server that fails at random and writes down who asked what. */
export interface LedgerEngine {
  readonly url: string
  /** Answers that were sent whole, by the question. */
  readonly answered: ReadonlyMap<string, number>
  /** Questions that came although their answers were written already. */
  readonly asInVain: readonly string[]
  /** Of which the answers are written from now on. */
  written(questions: Iterable<string>): void
  /** Cuts every connection and takes none until it is mended. */
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

interface LedgerOptions {
  /** 0 to 1, the same at each run of a test. */
  readonly random: () => number
  /** Share of requests that are answered as they should be. */
  readonly health: number
}

export async function startLedgerEngine({ random, health }: LedgerOptions): Promise<LedgerEngine> {
  const answered = new Map<string, number>()
  const known = new Set<string>()
  const asInVain: string[] = []
  const port = await freePort()
  let server: Server | undefined

  const chat = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { model, messages } = JSON.parse(await text(request)) as { model: string; messages: { content: string }[] }
    const question = messages.at(-1)?.content ?? ''
    if (known.has(question)) asInVain.push(question)
    const luck = random()
    const send = (status: number, body: object, headers = {}): void => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    if (luck > health) {
      const share = (luck - health) / (1 - health)
      if (share < 0.35) send(500, { error: { message: 'the engine failed', type: 'server_error' } })
      else if (share < 0.6) send(429, { error: { message: 'too much', type: 'rate_limit_error' } })
      else if (share < 0.85) request.socket.destroy()
      if (share < 0.85) return
      await pause(400) // a stall
    }
    await pause(1 + random() * 6)
    if (response.destroyed) return
    answered.set(question, (answered.get(question) ?? 0) + 1)
    send(200, { id: `chatcmpl-${question}`, object: 'chat.completion', created: 1, model, choices: [{ index: 0, message: { role: 'assistant', content: `answer to ${question}` }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })
  }
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url === '/v1/models') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data: [{ id: 'ledger', object: 'model', created: 1, owned_by: 'test' }] }))
    else chat(request, response).catch(() => response.destroy())
  }
  const mend = async (): Promise<void> => {
    const next = createServer(handle)
    server = next
    await new Promise<void>((resolve) => next.listen(port, '127.0.0.1', resolve))
  }
  const cut = async (): Promise<void> => {
    const old = server
    server = undefined
    if (old === undefined) return
    const closed = new Promise<void>((resolve) => old.close(() => resolve()))
    old.closeAllConnections()
    await closed
  }
  await mend()
  return {
    url: `http://127.0.0.1:${port}/v1`,
    answered,
    asInVain,
    written: (questions) => {
      for (const question of questions) known.add(question)
    },
    cut,
    mend,
    close: cut,
  }
}
