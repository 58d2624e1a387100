import type { Database } from '@renderer/db'
import type { Message } from '@shared/domain/conversation'

/** Conversations read at a time: a long history never stands in memory as objects. */
const atATime = 200

/** All conversations that are not in the trash, one a line: `{"conversation": …, "messages": […]}`. */
export async function exportConversations(db: Database): Promise<Blob> {
  const parts: string[] = []
  const ids = await db.conversations.filter(({ deletedAtMs }) => deletedAtMs === undefined).primaryKeys()
  for (let start = 0; start < ids.length; start += atATime) {
    const page = ids.slice(start, start + atATime)
    const [conversations, messages] = await Promise.all([db.conversations.bulkGet(page), db.messages.where('conversationId').anyOf(page).toArray()])
    const byConversation = groupByConversation(messages)
    for (const conversation of conversations)
      if (conversation !== undefined) parts.push(`${JSON.stringify({ conversation, messages: byConversation.get(conversation.id) ?? [] })}\n`)
  }
  return new Blob(parts, { type: 'application/jsonl' })
}

function groupByConversation(messages: readonly Message[]): ReadonlyMap<string, readonly Message[]> {
  const groups = new Map<string, Message[]>()
  for (const message of messages) {
    const group = groups.get(message.conversationId)
    if (group === undefined) groups.set(message.conversationId, [message])
    else group.push(message)
  }
  return groups
}
