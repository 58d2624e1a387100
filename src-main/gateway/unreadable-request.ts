import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { FirstError } from '@shared/errors'
import { errorBody } from './error-answer'

const tooLarge = { status: 431, message: 'The headers of this request are longer than 16 KB.' }
const tooSlow = { status: 408, message: 'This request did not come to its end in time.' }
const notHttp = { status: 400, message: 'What was sent is not an HTTP request that can be read.' }

const meanings: Readonly<Record<string, typeof notHttp>> = { HPE_HEADER_OVERFLOW: tooLarge, ERR_HTTP_REQUEST_TIMEOUT: tooSlow }

/** Answers what Node could not read as a request, and closes its connection; no route knows of it, and nobody is known to have sent it. */
export function answerUnreadable(cause: Error, socket: Socket): void {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, message } = meanings[code] ?? notHttp
  const body = JSON.stringify(errorBody(new FirstError(status === 408 ? 'request_timeout' : 'invalid_request', message), 'openai'))
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
}
