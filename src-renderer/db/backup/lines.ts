import { z } from 'zod'
import { type Conversation, conversation, type Message, message } from '@shared/domain/conversation'

const draft = z.object({ conversationId: z.string(), text: z.string(), updatedAtMs: z.number() })
const preference = z.object({ key: z.string(), value: z.unknown() })

/** One line of a snapshot. A kind that is not known (of a newer app) is passed over when it is read. */
const line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('conversation'), conversation }),
  z.object({ kind: z.literal('message'), message }),
  z.object({ kind: z.literal('draft'), draft }),
  z.object({ kind: z.literal('preference'), preference }),
])
export type BackupLine = z.infer<typeof line>

const anyLine = z.looseObject({ kind: z.string() })
const known: ReadonlySet<string> = new Set(['conversation', 'message', 'draft', 'preference'])

export interface ParsedLines {
  readonly conversations: Conversation[]
  readonly messages: Message[]
  readonly drafts: z.infer<typeof draft>[]
  readonly preferences: z.infer<typeof preference>[]
}

export function formatLine(content: BackupLine): string {
  return `${JSON.stringify(content)}\n`
}

/** Throws a ZodError or SyntaxError at the first line that does not make sense. */
export function parseLines(text: string): ParsedLines {
  const parsed: ParsedLines = { conversations: [], messages: [], drafts: [], preferences: [] }
  for (const one of text.split('\n')) {
    if (one === '') continue
    const value = anyLine.parse(JSON.parse(one))
    if (!known.has(value.kind)) continue
    const content = line.parse(value)
    if (content.kind === 'conversation') parsed.conversations.push(content.conversation)
    else if (content.kind === 'message') parsed.messages.push(content.message)
    else if (content.kind === 'draft') parsed.drafts.push(content.draft)
    else parsed.preferences.push({ key: content.preference.key, value: content.preference.value })
  }
  return parsed
}
