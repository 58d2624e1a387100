import { z } from 'zod'

/** An item of which only its id is given; its type may be left out (OpenAI's API reference, "Responses", "Item reference"). */
const reference = z.looseObject({ type: z.literal('item_reference').nullish(), id: z.string(), role: z.undefined().optional() })
const identified = z.looseObject({ id: z.string() })
/** Of an item in an answer that was translated here: it is made of the response's (`translate/responses/items.ts`). */
const ownItem = /^[a-z]+_([A-Za-z0-9]+)_\d+$/

type Items = readonly unknown[]

/** The items with those in place of references to them that are among `known`, or in the kept response that they are of; the list itself where there are none. */
export function resolveReferences(items: Items, known: Items, itemsOf: (responseId: string) => Items | undefined): Items {
  const resolve = (item: unknown): unknown => {
    const id = reference.safeParse(item).data?.id
    if (id === undefined) return item
    const response = ownItem.exec(id)?.[1]
    return withId(known, id) ?? (response === undefined ? undefined : withId(itemsOf(`resp_${response}`) ?? [], id)) ?? item
  }
  const resolved = items.map(resolve)
  return resolved.every((item, index) => item === items[index]) ? items : resolved
}

/** The id that the first reference among the items of `input` holds. */
export function firstReference(input: unknown): string | undefined {
  if (!Array.isArray(input)) return undefined
  const items: Items = input
  return items.map((item) => reference.safeParse(item).data?.id).find((id) => id !== undefined)
}

const withId = (items: Items, id: string): unknown => items.find((item) => identified.safeParse(item).data?.id === id)
