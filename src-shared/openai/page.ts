import { z } from 'zod'

/** A page of a list (OpenAI's API reference, "Pagination"). */
export function pageSchema<Entry extends z.ZodType>(entry: Entry) {
  return z.object({ object: z.literal('list'), data: z.array(entry), first_id: z.string().nullable(), last_id: z.string().nullable(), has_more: z.boolean() })
}

export interface Page<Entry> {
  readonly object: 'list'
  readonly data: readonly Entry[]
  readonly first_id: string | null
  readonly last_id: string | null
  readonly has_more: boolean
}

/** How many there may be on a page, as a query says it. */
export function pageLimit(most: number, usual: number) {
  const words = `must be a whole number between 1 and ${most}`
  return z
    .string()
    .regex(/^\d{1,9}$/, words)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= most, words)
    .default(usual)
}

/** The page after the entry `after`, or the first; undefined where there is no such entry. */
export function pageOf<Entry extends { readonly id: string }>(all: readonly Entry[], { limit, after }: { readonly limit: number; readonly after?: string | undefined }): Page<Entry> | undefined {
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && from === 0) return undefined
  return firstPage(all.slice(from), limit)
}

/** The first entries as a page; whether there are more is seen where there is one more than the limit. */
export function firstPage<Entry extends { readonly id: string }>(all: readonly Entry[], limit: number): Page<Entry> {
  const data = all.slice(0, limit)
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: all.length > limit }
}
