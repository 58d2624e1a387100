import { z } from 'zod'
import { FirstError } from '@shared/errors'
import type { SiteAnswer, SiteFailure } from '@shared/first/site-errors'
import { parseJson } from './ask'

/** OpenAI's and Anthropic's shape of an error, and vLLM's older one. */
const errorMessage = z.union([
  z.looseObject({ error: z.looseObject({ message: z.string() }) }).transform(({ error }) => error.message),
  z.looseObject({ object: z.literal('error'), message: z.string() }).transform(({ message }) => message),
])

/** How servers name top-level fields that they do not take, in words: OpenAI, Anthropic, vLLM. */
const wordings: readonly RegExp[] = [/^Unrecognized request arguments? supplied: (?<fields>\w+(?:, \w+)*)$/, /^(?<fields>\w+): Extra inputs are not permitted$/, /^\[\{'type': 'extra_forbidden', 'loc': \('body', '(?<fields>\w+)'\)/]

/** A refusal of fields that is told in words only; undefined for any other answer. */
export function readRefusal({ status, body }: SiteAnswer): SiteFailure | undefined {
  if (status !== 400 && status !== 422) return undefined
  const message = errorMessage.safeParse(parseJson(body)).data
  if (message === undefined) return undefined
  const fields = wordings.map((wording) => wording.exec(message)?.groups?.['fields']).find((found) => found !== undefined)
  return fields === undefined ? undefined : { error: new FirstError('invalid_request', message), refusedFields: fields.split(', '), isOfRequest: true }
}
