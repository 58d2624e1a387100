import { openBuffer, unpack } from './serialize'

export interface RegisteredFunction {
  readonly id: string
  readonly name: string
  /** As it was sent. */
  readonly code: string
  /** Usernames' primary identity. */
  readonly owner: string
  readonly isPublic: boolean
}

/** Name and source text of a function's code. @throws SyntaxError for a form that needs more than Python's own library */
export function readCode(code: string): { readonly name: string; readonly source: string } {
  const [buffer, ...more] = unpack(code)
  if (buffer === undefined || more.length > 0) throw new SyntaxError('a function is one buffer')
  const { id, body } = openBuffer(buffer)
  const colon = body.indexOf(':')
  if (id !== 'st' || colon < 0) throw new SyntaxError(`code of the form ${id} cannot be loaded by this worker`)
  return { name: body.slice(0, colon), source: body.slice(colon + 1) }
}

/** JSON text of the positional arguments and of the named ones. */
export function readPayload(payload: string): { readonly args: string; readonly kwargs: string } {
  const buffers = unpack(payload).map(openBuffer)
  const [args, kwargs] = buffers
  if (args?.id !== '11' || kwargs?.id !== '11' || buffers.length !== 2) throw new SyntaxError(`arguments of the forms ${buffers.map(({ id }) => id).join(', ')} cannot be loaded by this worker`)
  if (!Array.isArray(JSON.parse(args.body))) throw new SyntaxError('positional arguments are a JSON array')
  return { args: args.body, kwargs: kwargs.body }
}

const jsonStrategy = 'globus_compute_sdk.serialize.JSONData'
const dillStrategy = 'globus_compute_sdk.serialize.DillDataBase64'
const combinedStrategy = 'globus_compute_sdk.serialize.CombinedData'
const formOfStrategy: Readonly<Record<string, 'json' | 'dill' | 'combined'>> = { [jsonStrategy]: 'json', [dillStrategy]: 'dill', [combinedStrategy]: 'combined' }

/** In the order that was asked for; a submission that asks for nothing gets dill. Undefined for a name that is not known. */
export function resultForms(serializers: readonly string[] | undefined): ('json' | 'dill' | 'combined')[] | undefined {
  const forms = (serializers ?? [dillStrategy]).map((strategy) => formOfStrategy[strategy])
  return forms.every((form) => form !== undefined) ? forms : undefined
}
