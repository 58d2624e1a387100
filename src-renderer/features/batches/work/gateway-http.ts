import type { Session } from '@shared/rpc/contract'
import { type ErrorCode, errorKinds, FirstError } from '@shared/errors'
import { z } from 'zod'

export interface GatewayCall {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below `/v1`: `/files`. */
  readonly path: string
  readonly body?: FormData
  /** Bytes that have come or gone so far. */
  readonly onProgress?: (bytes: number) => void
  readonly signal?: AbortSignal
}

/** Files go to and from the gateway over HTTP; a body that comes back may be large, so it is a blob, which the browser keeps on disk. */
export interface GatewayHttp {
  /** @throws FirstError as the gateway says, `core_unreachable`, `cancelled` */
  call(call: GatewayCall): Promise<Blob>
}

export interface GatewayHttpDeps {
  readonly session: (signal?: AbortSignal) => Promise<Session>
  readonly refreshSession: () => Promise<Session>
  /** Used where the session names no gateway: the page and the gateway are one server. */
  readonly pageOrigin: string
  /** Browsers tell how far an upload is by this alone. */
  readonly newRequest: () => XMLHttpRequest
}

const openAiError = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) })

export function createGatewayHttp({ session, refreshSession, pageOrigin, newRequest }: GatewayHttpDeps): GatewayHttp {
  function attempt({ method, path, body, onProgress, signal }: GatewayCall, { gatewayUrl, key }: Session): Promise<{ status: number; answer: Blob }> {
    return new Promise((done, failed) => {
      const request = newRequest()
      const abort = (): void => request.abort()
      const end = (cause: FirstError): void => {
        signal?.removeEventListener('abort', abort)
        failed(cause)
      }
      request.open(method, `${gatewayUrl ?? new URL('/v1', pageOrigin).href}${path}`)
      request.setRequestHeader('authorization', `Bearer ${key}`)
      request.responseType = 'blob'
      const source = body === undefined ? request : request.upload
      source.addEventListener('progress', ({ loaded }) => onProgress?.(loaded))
      request.addEventListener('load', () => {
        signal?.removeEventListener('abort', abort)
        done({ status: request.status, answer: request.response instanceof Blob ? request.response : new Blob() })
      })
      request.addEventListener('error', () => end(new FirstError('core_unreachable', 'The way to FIRST Desktop was cut.')))
      request.addEventListener('abort', () => end(new FirstError('cancelled', 'It was stopped.')))
      if (signal?.aborted === true) {
        end(new FirstError('cancelled', 'It was stopped.'))
        return
      }
      signal?.addEventListener('abort', abort, { once: true })
      request.send(body ?? null)
    })
  }

  return {
    async call(call) {
      const first = await attempt(call, await session(call.signal))
      // The core was started again in the meantime: its keys are new.
      const { status, answer } = first.status === 401 ? await attempt(call, await refreshSession()) : first
      if (status >= 200 && status < 300) return answer
      throw await refusal(status, answer)
    },
  }
}

async function refusal(status: number, answer: Blob): Promise<FirstError> {
  const told = openAiError.safeParse(parseJson(await answer.text()))
  if (!told.success) return new FirstError('internal_error', `FIRST Desktop answered with the status ${status}.`)
  const { message, code } = told.data.error
  return new FirstError(isKnown(code) ? code : 'invalid_request', message)
}

function isKnown(code: string | null | undefined): code is ErrorCode {
  return code != null && Object.hasOwn(errorKinds, code)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
