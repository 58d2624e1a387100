/**
 * The fastest OpenAI-compatible server that can stand behind the gateway: it answers at once, with a fixed body.
 * `POST /v1/chat/completions`: whole after DELAY_MS, or as EVENTS events, EVENTS_PER_S a second (0: as fast as it goes).
 */
import { createServer } from 'node:http'

const events = Number(process.env['EVENTS'] ?? 20)
/** Before a whole answer. */
const delayMs = Number(process.env['DELAY_MS'] ?? 0)
const eventsPerS = Number(process.env['EVENTS_PER_S'] ?? 0)
/** One answer's text, cut in pieces; the window's bench sends Markdown here. */
const pieces = process.env['PIECES'] ? /** @type {string[]} */ (JSON.parse(process.env['PIECES'])) : Array.from({ length: events }, (_, index) => ` token${index}`)

const usage = { prompt_tokens: 12, completion_tokens: pieces.length, total_tokens: 12 + pieces.length }
const common = { id: 'chatcmpl-bench', created: 1_700_000_000, model: 'bench' }
const whole = JSON.stringify({ ...common, object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'token'.repeat(20) }, finish_reason: 'stop' }], usage })
/** @param {object} rest */
const event = (rest) => `data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', ...rest })}\n\n`
const chunks = pieces.map((content) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }))
const last = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) + event({ choices: [], usage }) + 'data: [DONE]\n\n'

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ object: 'list', data: [{ id: 'bench', object: 'model' }] }))
    return
  }
  /** @type {Buffer[]} */
  const body = []
  request.on('data', (/** @type {Buffer} */ chunk) => body.push(chunk))
  request.on('end', () => {
    if (!Buffer.concat(body).includes('"stream":true')) {
      const answer = () => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) }).end(whole)
      if (delayMs === 0) answer()
      else setTimeout(answer, delayMs)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (eventsPerS === 0) {
      for (const chunk of chunks) response.write(chunk)
      response.end(last)
      return
    }
    const startedAt = performance.now()
    let sent = 0
    const timer = setInterval(() => {
      const due = Math.min(chunks.length, Math.floor(((performance.now() - startedAt) / 1000) * eventsPerS))
      while (sent < due) response.write(chunks[sent++])
      if (sent < chunks.length) return
      clearInterval(timer)
      response.end(last)
    }, 4)
    response.on('close', () => clearInterval(timer))
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') process.stdout.write(`ready ${address.port}\n`)
})
process.on('disconnect', () => process.exit())
