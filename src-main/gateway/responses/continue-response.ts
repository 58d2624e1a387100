import { z } from 'zod'
import type { InferenceRequest } from '../inference-request'
import { resolveReferences } from './item-references'
import type { ResponseStore } from './response-store'

/** Still being written; what is kept has ended. */
const answer = z.looseObject({ id: z.string(), status: z.enum(['completed', 'incomplete']), output: z.array(z.unknown()) })

/**
 * Puts what `previous_response_id` stands for before the input, where the answer is one that this gateway keeps, and what references to
 * its items stand for in their place; keeps the next one unless `store` is false (OpenAI's API reference, "Responses"). An id that is not
 * known here is left to the place to know.
 */
export function continueResponse(asked: InferenceRequest, store: ResponseStore, identity: string): InferenceRequest {
  const { previous_response_id: previousId, input, ...rest } = asked.fields
  const before = typeof previousId === 'string' ? store.get(previousId, identity) : undefined
  const given = itemsOf(input)
  const resolved = resolveReferences(given, before?.items ?? [], (id) => store.get(id, identity)?.items)
  const items = [...(before?.items ?? []), ...resolved]
  const keeps = rest['store'] !== false

  const finish = (response: Readonly<Record<string, unknown>>): object => {
    const whole = {
      ...response,
      store: keeps,
      previous_response_id: typeof previousId === 'string' ? previousId : null,
      instructions: rest['instructions'] ?? null,
      metadata: rest['metadata'] ?? {},
    }
    const ended = answer.safeParse(response).data
    if (keeps && ended !== undefined) store.put(ended.id, identity, { response: whole, items: [...items, ...ended.output] })
    return whole
  }
  if (before === undefined && resolved === given) return { ...asked, finish }
  const { operation, model, isStreamed, wantsUsage } = asked
  const unknownId = before === undefined && typeof previousId === 'string' ? { previous_response_id: previousId } : {}
  return { operation, model, isStreamed, wantsUsage, fields: { ...rest, ...unknownId, input: items }, isContinued: true, finish }
}

/** A text alone stands for a message of the user; what is gone on from may need no more. */
function itemsOf(input: unknown): readonly unknown[] {
  if (input == null) return []
  return typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : z.array(z.unknown()).parse(input)
}
