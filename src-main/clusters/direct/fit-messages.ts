type Fields = Readonly<Record<string, unknown>>

/** The name by which it is remembered that a server refuses a field of messages. */
export const inMessages = (field: string): string => `${prefix}${field}`
const prefix = 'messages.'

/** A chat request without the fields of its messages that the server has refused; undefined where it has none of them. */
export function fitMessages(body: Fields, refused: ReadonlySet<string>): { readonly fields: Fields; readonly dropped: readonly string[] } | undefined {
  const names = refused.size === 0 ? [] : [...refused].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  const messages: unknown = names.length === 0 ? undefined : body['messages']
  if (!Array.isArray(messages)) return undefined
  const dropped = names.filter((name) => messages.some((message: unknown) => isFields(message) && name in message))
  if (dropped.length === 0) return undefined
  const without = messages.map((message: unknown) => (isFields(message) ? Object.fromEntries(Object.entries(message).filter(([name]) => !dropped.includes(name))) : message))
  return { fields: { ...body, messages: without }, dropped: dropped.map(inMessages) }
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
