import type { ModelInfo, Operation, Protocol } from '@shared/domain/model'
import { protocol } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { Lease } from '../federation/directory'
import type { AnswerContext } from '../translate/conversation'
import { translatorFor, type Translator } from '../translate/translate'
import type { InferenceRequest } from './inference-request'
import { firstReference } from './responses/item-references'
import { upstreamBody } from './upstream-body'

/** How a request goes to one place. */
export interface Passage {
  /** What the place is asked for, in its own protocol. */
  readonly operation: Operation
  readonly isStreamed: boolean
  readonly body: Buffer
  /** Fields of the caller that do not reach the place. */
  readonly dropped: readonly string[]
  /** Absent where the answer goes out in the protocol that it comes in. */
  readonly translation?: Translation
  /** Of the request, where the answer needs it before it goes out. */
  readonly finish?: InferenceRequest['finish']
}

export interface Translation {
  readonly translator: Translator
  readonly context: AnswerContext
}

/** Of which a translated answer makes its id and its date. */
export interface AnswerFacts {
  readonly requestId: string
  /** Unix milliseconds. */
  readonly nowMs: number
}

/** What a place is taken to serve that does not say. */
const usual: readonly Operation[] = ['chat_completions', 'completions', 'embeddings']
/** Into which a request is translated first; the nearest relatives keep most. */
const preferred: readonly Protocol[] = ['chat_completions', 'responses', 'messages']

/** @returns what to ask of a place in place of `asked`; undefined where it has nothing of the kind. */
export function operationFor(asked: Operation, served: readonly Operation[] = usual): Operation | undefined {
  if (served.includes(asked)) return asked
  return protocol.safeParse(asked).success ? preferred.find((candidate) => served.includes(candidate)) : undefined
}

/** @throws FirstError `unsupported_endpoint` where the place serves nothing of the kind, `invalid_request` for what cannot be translated. */
export function passageTo(lease: Lease, info: ModelInfo, asked: InferenceRequest, answer: AnswerFacts): Passage {
  const served = lease.profile?.operations ?? info.operations
  // A place may serve a protocol whole only; where it streams nothing at all its whole answer is made a stream.
  const streamed = asked.isStreamed && info.capabilities?.hasStreaming !== false ? lease.profile?.streamed : undefined
  const operation = operationFor(asked.operation, streamed ?? served) ?? operationFor(asked.operation, served)
  if (operation === undefined) throw new FirstError('unsupported_endpoint', `The cluster "${info.cluster}" has no ${asked.operation} for the model "${info.id}".`)
  const isStreamed = asked.isStreamed && (info.capabilities?.hasStreaming !== false || !isProtocol(operation))
  const isKeptThere = lease.profile?.keepsResponses === true
  // A place that keeps answers takes the ids in an answer of another place for its own: the translation leaves them out.
  const isTranslated = operation !== asked.operation || isStreamed !== asked.isStreamed || (asked.isContinued === true && isKeptThere)
  if (isTranslated && isProtocol(asked.operation) && isProtocol(operation)) return translated(lease, asked, { from: asked.operation, to: operation, isStreamed }, answer)
  const isKeptHere = operation === 'responses' && !isKeptThere
  if (isKeptHere) refuseUnknown(asked)
  const fitted = lease.profile?.fit?.(operation, asked.fields)
  const sent = fitted === undefined ? asked : withFields(asked, fitted.fields)
  const without = refusedBy(lease, operation, sent.fields)
  return { operation, isStreamed, body: upstreamBody(sent, { model: lease.model, without, isStreamed }), dropped: [...without, ...(fitted?.dropped ?? none)], ...(isKeptHere && isToBeKept(asked) && { finish: asked.finish }) }
}

/** Otherwise the answer says by itself what `finish` would add. */
const isToBeKept = ({ fields, isContinued }: InferenceRequest): boolean => fields['store'] !== false || isContinued === true

/** What the request goes on from is not kept here, and the place keeps nothing. @throws FirstError */
function refuseUnknown({ fields: { previous_response_id: id, input } }: InferenceRequest): void {
  if (typeof id === 'string') throw new FirstError('previous_response_not_found', `The response "${id}" is not kept here.`, { param: 'previous_response_id' })
  const item = firstReference(input)
  if (item !== undefined) throw new FirstError('invalid_request', `The item "${item}" that "input" refers to is not kept here.`, { param: 'input', action: 'Send the item itself.' })
}

/** The caller's bytes are not of these fields. */
function withFields({ operation, model, isStreamed, wantsUsage }: InferenceRequest, fields: InferenceRequest['fields']): InferenceRequest {
  return { operation, model, isStreamed, wantsUsage, fields }
}

interface Way {
  readonly from: Protocol
  readonly to: Protocol
  readonly isStreamed: boolean
}

function translated(lease: Lease, asked: InferenceRequest, { from, to, isStreamed }: Way, answer: AnswerFacts): Passage {
  refuseUnknown(asked)
  if (from === 'responses' && asked.fields['input'] == null)
    throw new FirstError('missing_required_parameter', 'The parameter "input" is missing: the cluster of this model knows no conversation or prompt by its id.', { param: 'input' })
  const translator = translatorFor(from, to)
  const { body: written, conversation, dropped } = translator.request(asked.fields, { model: lease.model, chat: lease.profile?.chat })
  const fitted = lease.profile?.fit?.(to, written)
  const body = { ...(fitted?.fields ?? written) }
  const without = refusedBy(lease, to, body)
  for (const name of isStreamed ? without : [...without, 'stream', 'stream_options']) Reflect.deleteProperty(body, name)
  const context: AnswerContext = { id: answer.requestId.replaceAll(/[^A-Za-z0-9]/g, ''), model: asked.model, createdS: Math.floor(answer.nowMs / 1000), request: conversation }
  return { operation: to, isStreamed, body: Buffer.from(JSON.stringify(body)), dropped: [...dropped, ...without, ...(fitted?.dropped ?? none)], translation: { translator, context }, finish: asked.finish }
}

const none: readonly string[] = []
const refusedBy = ({ profile }: Lease, operation: Operation, fields: Readonly<Record<string, unknown>>): readonly string[] =>
  profile === undefined ? none : profile.refused(operation, Object.keys(fields))

const isProtocol = (operation: Operation): operation is Protocol => protocol.safeParse(operation).success
