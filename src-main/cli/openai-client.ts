import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai'
import { z } from 'zod'
import { errorKinds, FirstError, type ErrorCode } from '@shared/errors'
import { findGateway, noGateway, notAnswering } from './find-gateway'

/** A model as our gateway lists it: OpenAI's fields, its state and where it is. */
export const listedModel = z.object({ id: z.string(), status: z.string(), clusters: z.array(z.string()), context_window_tokens: z.number().optional(), operations: z.array(z.string()).optional() })
export type ListedModel = z.infer<typeof listedModel>

/** Whose gateway is asked, and until when. */
export interface Caller {
  readonly dataDir: string
  readonly signal: AbortSignal
}

/** For what the gateway answers from memory; an answer of a model may take its hour. */
const listTimeoutMs = 15_000
const answerTimeoutMs = 3_600_000

/** The OpenAI client of the gateway that runs on a data directory. */
export async function openClient(dataDir: string): Promise<OpenAI> {
  const { url, key } = await findGateway(dataDir)
  return clientFor(url, key)
}

/** The OpenAI client of a gateway (`http://127.0.0.1:3477`) for a key. */
export function clientFor(url: string, key: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, timeout: answerTimeoutMs })
}

export async function listModels(client: OpenAI, { dataDir, signal }: Caller): Promise<readonly ListedModel[]> {
  const { data } = await client.models.list({ signal, timeout: listTimeoutMs }).catch((cause: unknown) => {
    throw asFirstError(cause, dataDir)
  })
  return z.array(listedModel).parse(data)
}

/** What the client throws, as an error of the catalogue whose sentence the gateway wrote. */
export function asFirstError(cause: unknown, dataDir: string): unknown {
  if (cause instanceof APIUserAbortError) return new FirstError('cancelled', 'Interrupted.', { cause })
  if (cause instanceof APIConnectionTimeoutError) return notAnswering(dataDir, cause)
  if (cause instanceof APIConnectionError) return noGateway(dataDir, cause)
  if (cause instanceof APIError && isErrorCode(cause.code)) return new FirstError(cause.code, cause.message.replace(/^\d{3} /, ''), { cause })
  return cause
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorKinds, code)
}
