import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { FirstError } from '@shared/errors'
import type { Logger } from '../../core/logger'
import { answerPage } from './answer-page'
import { readAnswer, type PastedCode } from './pasted-code'

export interface LoopbackDeps {
  /** Of the sign-in that this is for. */
  readonly state: string
  /** What became of it, for the person: called once at most. */
  readonly onAnswer: (answer: PastedCode) => Promise<{ readonly isDone: boolean; readonly sentence: string }>
  /** A link to the app, where the system knows one. */
  readonly wayBack: () => string | undefined
  readonly logger: Logger
}

/** Where the browser comes back to, for one sign-in. */
export interface Loopback {
  /** `http://127.0.0.1:PORT`: by number, so that no other program answers for it on another address of `localhost` (RFC 8252, 8.3). */
  readonly redirectUri: string
  close(): void
}

/** Answers are small, and come once; whoever opens connections and says nothing is cut off. */
const patienceMs = 10_000

/** Listens on a free port of this machine until it is closed; what is not the one answer is refused and logged. */
export async function listenOnLoopback({ state, onAnswer, wayBack, logger }: LoopbackDeps): Promise<Loopback> {
  let isAnswered = false
  let host = ''

  const refusalOf = (request: IncomingMessage, url: URL): readonly [number, string] | undefined => {
    if (request.headers.host !== host) return [403, 'it names another host']
    if (request.method !== 'GET') return [405, 'it is no GET']
    if (url.pathname !== '/') return [404, 'it is another path']
    if (isAnswered) return [410, 'it came a second time']
    const answer = readAnswer(url.searchParams)
    return answer === undefined || answer.state !== state ? [400, 'it is not the answer to this sign-in'] : undefined
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://loopback')
    const refusal = refusalOf(request, url)
    if (refusal !== undefined) {
      const [status, why] = refusal
      // A browser asks for its icon by itself.
      if (url.pathname !== '/favicon.ico') logger.warn({ status, why }, 'a request to the address of a sign-in was refused')
      send(response, status, answerPage(false, 'This is not the answer to a sign-in that is under way.'))
      return
    }
    isAnswered = true
    const { isDone, sentence } = await onAnswer(readAnswer(url.searchParams) ?? {})
    send(response, 200, answerPage(isDone, sentence, wayBack()))
  }

  const server = createServer({ headersTimeout: patienceMs, requestTimeout: patienceMs }, (request, response) => {
    handle(request, response).catch((cause: unknown) => {
      logger.error({ cause }, 'the answer to a sign-in could not be taken')
      send(response, 500, answerPage(false, 'Something went wrong inside FIRST Desktop.'))
    })
  })
  try {
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true })
    await once(server, 'listening')
  } catch (cause) {
    throw new FirstError('sign_in_failed', 'No port of this machine could be opened for the browser to come back to.', { cause, action: 'Sign in with a pasted code.' })
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new FirstError('internal_error', 'The address of a sign-in has no port.')
  host = `127.0.0.1:${address.port}`
  return {
    redirectUri: `http://${host}`,
    close() {
      server.close()
      server.closeIdleConnections()
    },
  }
}

function send(response: ServerResponse, status: number, html: string): void {
  if (response.headersSent) return
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    connection: 'close',
  })
  response.end(html)
}
