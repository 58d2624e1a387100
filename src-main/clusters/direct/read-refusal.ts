import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { SiteAnswer, SiteFailure } from '@shared/first/site-errors'
import { reasoningFields } from '../../translate/chat/chat-form'
import { parseJson } from './ask'
import { inMessages } from './fit-messages'

/** OpenAI's and Anthropic's shape of an error, and vLLM's older one. */
const errorMessage = z.union([
  z.looseObject({ error: z.looseObject({ message: z.string() }) }).transform(({ error }) => error.message),
  z.looseObject({ object: z.literal('error'), message: z.string() }).transform(({ message }) => message),
])

/** How servers name top-level fields that they do not take, in words: OpenAI, Anthropic, vLLM. */
const wordings: readonly RegExp[] = [/^Unrecognized request arguments? supplied: (?<fields>\w+(?:, \w+)*)$/, /^(?<fields>\w+): Extra inputs are not permitted$/, /^\[\{'type': 'extra_forbidden', 'loc': \('body', '(?<fields>\w+)'\)/]

/** How servers say that a message must not hold its earlier reasoning: Groq in words, Mistral in a list of faults. */
const inWords = new RegExp(`property '(${reasoningFields.join('|')})' is unsupported`, 'g')
const faults = z.array(z.object({ type: z.literal('extra_forbidden'), loc: z.tuple([z.literal('body'), z.literal('messages'), z.number(), z.string(), z.enum(reasoningFields)]) })).min(1)
const faultsOfMessages = z.union([z.object({ detail: faults }), z.object({ message: z.object({ detail: faults }) }).transform(({ message }) => message)])

/** A refusal of fields that is told in words only, or of the reasoning inside messages; undefined for any other answer. */
export function readRefusal({ status, body }: SiteAnswer): SiteFailure | undefined {
  if (status !== 400 && status !== 422) return undefined
  const json = parseJson(body)
  const message = errorMessage.safeParse(json).data
  const fields = message === undefined ? fieldsOfFaults(json) : fieldsOfWords(message)
  return fields.length === 0 ? undefined : { error: new FirstError('invalid_request', message ?? `Extra inputs are not permitted: ${fields.join(', ')}`), refusedFields: fields, isOfRequest: true }
}

function fieldsOfWords(message: string): readonly string[] {
  const fields = wordings.map((wording) => wording.exec(message)?.groups?.['fields']).find((found) => found !== undefined)
  return fields?.split(', ') ?? unique([...message.matchAll(inWords)].map(([, field = '']) => field))
}

function fieldsOfFaults(json: unknown): readonly string[] {
  const { detail } = faultsOfMessages.safeParse(json).data ?? { detail: [] }
  return unique(detail.map(({ loc }) => loc[4]))
}

const unique = (fields: readonly string[]): string[] => [...new Set(fields)].map(inMessages)
