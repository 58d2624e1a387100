import { z } from 'zod'
import type { ComputeFunctionConfig, ComputeModelConfig } from '@shared/config/globus-compute'
import { operationPaths, type Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import { serverFunctionSource } from './server-function'

export type Fields = Readonly<Record<string, unknown>>

/** The function that answers for a model. */
export const functionOf = ({ function: own }: ComputeModelConfig): ComputeFunctionConfig => own ?? { source: serverFunctionSource }

/** What a model serves, where the configuration does not say. */
export const operationsOf = ({ operations, framework }: ComputeModelConfig): readonly Operation[] => operations ?? (framework === 'infinity' ? ['embeddings'] : ['chat_completions', 'completions'])

/** The one argument of the function: the request as the functions of FIRST take it, never streamed. */
export function argumentOf({ url, port }: ComputeModelConfig, operation: Operation, fields: Fields, timeoutS: number): object {
  const plain = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'stream' && name !== 'stream_options'))
  const path = operationPaths[operation].slice(1)
  return { model_params: { ...plain, openai_endpoint: path, ...(port !== undefined && { api_port: port }) }, ...(url !== undefined && { url, timeout_s: timeoutS }) }
}

export interface WholeAnswer {
  readonly status: number
  readonly body: Fields
}

const ofServer = z.strictObject({ status: z.number().int().min(100).max(599), body: z.string() })
const fields = z.record(z.string(), z.unknown())

/** What the function returned, as an answer: of our own with its status, of any other the JSON object itself. @throws FirstError `upstream_garbled` */
export function answerOf(value: unknown): WholeAnswer {
  const said = ofServer.safeParse(value).data
  const body = fields.safeParse(said === undefined ? value : parse(said.body)).data
  if (body !== undefined) return { status: said?.status ?? 200, body }
  if (said !== undefined && said.status >= 400) return { status: said.status, body: { error: { message: said.body.slice(0, 2000), type: 'server_error', param: null, code: null } } }
  throw new FirstError('upstream_garbled', 'The function on the cluster returned something that is no answer of a model.')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
