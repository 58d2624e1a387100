import { z } from 'zod'
import { chatParameters, modelChoice } from '@shared/domain/conversation'
import type { Database } from './schema'

/** The window's preferences, save those that the first paint needs (ui/appearance.ts); one that is missing or no longer makes sense is its default. */
const shapes = {
  /** The model a new chat begins with. */
  lastChoice: modelChoice.nullable().default(null),
  lastConversationId: z.string().nullable().default(null),
  defaultSystemPrompt: z.string().default(''),
  defaultParameters: chatParameters.default({}),
  sendKey: z.enum(['enter', 'mod-enter']).default('enter'),
  /** The first minute's choices have been taken or skipped. */
  isWelcomeDone: z.boolean().default(false),
  /** The machine does not sleep while a batch runs; null: the person was not asked yet. */
  staysAwake: z.boolean().nullable().default(null),
} as const

const preferencesSchema = z.object(shapes)
export type Preferences = z.infer<typeof preferencesSchema>
export type PreferenceKey = keyof Preferences

export const defaultPreferences: Preferences = preferencesSchema.parse({})

export async function readPreferences(db: Database): Promise<Preferences> {
  const stored = new Map((await db.preferences.toArray()).map((row) => [row.key, row.value]))
  const valid = Object.entries(shapes).flatMap(([key, shape]) => {
    const result = shape.safeParse(stored.get(key))
    return result.success ? [[key, result.data] as const] : []
  })
  return preferencesSchema.parse(Object.fromEntries(valid))
}

/** Throws a ZodError for a value that the preference does not take. */
export async function setPreference<K extends PreferenceKey>(db: Database, key: K, value: Preferences[K]): Promise<void> {
  await db.preferences.put({ key, value: shapes[key].parse(value) })
}
