import type { BranchMessage } from './tree'

/** `next`, with the objects of `previous` where nothing about them changed: a memoized row is then not drawn again. */
export function keepIdentity(previous: readonly BranchMessage[], next: readonly BranchMessage[]): readonly BranchMessage[] {
  const known = new Map(previous.map((message) => [message.id, message]))
  return next.map((message) => {
    const before = known.get(message.id)
    return before && isSame(before, message) ? before : message
  })
}

function isSame(left: BranchMessage, right: BranchMessage): boolean {
  return (
    left.state === right.state &&
    left.content === right.content &&
    left.reasoning === right.reasoning &&
    left.siblingIds.length === right.siblingIds.length &&
    left.siblingIds.every((id, index) => id === right.siblingIds[index]) &&
    JSON.stringify([left.choice, left.error, left.usage, left.timing, left.finishReason]) ===
      JSON.stringify([right.choice, right.error, right.usage, right.timing, right.finishReason])
  )
}
