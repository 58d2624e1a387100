import type { Operation } from '@shared/domain/model'
import { FirstError } from '@shared/errors'

/**
 * Conversations that a server holds between requests (`thread`, a beta of Messages) are not held here. The official client falls back to
 * sending the whole conversation when it is told so in these words; a field that is ignored would lose what was said before.
 * @throws FirstError `invalid_request`
 */
export function refuseMessageThread(operation: Operation, { thread }: Readonly<Record<string, unknown>>): void {
  if (operation !== 'messages' || thread == null) return
  throw new FirstError('invalid_request', 'This gateway holds no message threads: send the whole conversation.', { param: 'thread', info: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } })
}
