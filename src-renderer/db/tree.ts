import type { Message } from '@shared/domain/conversation'

/** A message with its place among the other answers to, or versions of, the same turn. */
export type BranchMessage = Message & {
  /** Ids of all versions of this turn, oldest first; this message is one of them. */
  readonly siblingIds: readonly string[]
}

export interface MessageTree {
  readonly byId: ReadonlyMap<string, Message>
  /** Children of a message, oldest first; the first messages of a conversation are under `undefined`. */
  readonly children: ReadonlyMap<string | undefined, readonly Message[]>
}

export function isOlder(left: Message, right: Message): number {
  return left.createdAtMs - right.createdAtMs || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}

/** The tree of one conversation's messages. One whose parent is gone stands at the top, so that nothing is out of reach. */
export function buildTree(messages: readonly Message[]): MessageTree {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const children = new Map<string | undefined, Message[]>()
  for (const message of messages) {
    const parentId = parentIn(byId, message)
    const list = children.get(parentId)
    if (list) list.push(message)
    else children.set(parentId, [message])
  }
  for (const list of children.values()) list.sort(isOlder)
  return { byId, children }
}

/** From the first message to `leafId`; from the newest leaf where `leafId` is absent or gone. */
export function branchTo(tree: MessageTree, leafId: string | undefined): BranchMessage[] {
  const branch: BranchMessage[] = []
  const seen = new Set<string>()
  let message = (leafId === undefined ? undefined : tree.byId.get(leafId)) ?? newestLeaf(tree)
  while (message && !seen.has(message.id)) {
    seen.add(message.id)
    const parentId = parentIn(tree.byId, message)
    branch.push({ ...message, siblingIds: (tree.children.get(parentId) ?? [message]).map(({ id }) => id) })
    message = parentId === undefined ? undefined : tree.byId.get(parentId)
  }
  return branch.reverse()
}

/** The end of the branch that goes on from a message, by its newest child each time. */
export function leafBelow(tree: MessageTree, messageId: string): string {
  const seen = new Set<string>()
  let id = messageId
  for (;;) {
    seen.add(id)
    const next = tree.children.get(id)?.at(-1)
    if (!next || seen.has(next.id)) return id
    id = next.id
  }
}

function newestLeaf(tree: MessageTree): Message | undefined {
  const newest = tree.children.get(undefined)?.at(-1)
  return newest && tree.byId.get(leafBelow(tree, newest.id))
}

function parentIn(byId: ReadonlyMap<string, Message>, message: Message): string | undefined {
  return message.parentId !== undefined && byId.has(message.parentId) ? message.parentId : undefined
}
