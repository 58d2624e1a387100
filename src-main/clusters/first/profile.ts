import type { Operation } from '@shared/domain/model'
import { firstFields } from '@shared/first/known-fields'
import type { RefusedFields } from '../../storage/refused-fields'
import type { WireProfile } from '../cluster-adapter'
import { fitChat } from './fit-chat'
import { readFailure } from './refusal'
import type { TokenSource } from './token-source'

interface ProfileDeps {
  readonly refusedFields: RefusedFields
  readonly tokens: TokenSource
  /** The one that goes with the request. */
  readonly token: string
}

/** A FIRST site refuses what its schemas do not know, and what it has said since. */
export function createFirstProfile(cluster: string, operations: readonly Operation[], { refusedFields, tokens, token }: ProfileDeps): WireProfile {
  // Its schemas are the same for all its models.
  const place = { cluster }
  let isWorthAnother = false
  return {
    ...(operations.length > 0 && { operations, streamed: streamedOf(operations) }),
    refused(operation, fields) {
      const known = firstFields[operation]
      const learnt = refusedFields.of(place, operation)
      return fields.filter((field) => learnt.has(field) || (known !== undefined && !known.has(field)))
    },
    fit: (operation, fields) => (operation === 'chat_completions' ? fitChat(fields) : undefined),
    isRenewed: () => isWorthAnother,
    learn: (operation, fields) => refusedFields.add(place, operation, fields),
    readError(answer, model) {
      const read = readFailure(answer, { cluster, model, token }, tokens)
      // What a person wrote down does not change by itself.
      isWorthAnother = read.isWorthAnother && tokens.site !== undefined
      return read.failure
    },
  }
}

/** FIRST answers Responses and Messages whole only (wire/first.md, "What FIRST does not do"); a stream of them goes by Chat Completions where that is served. */
const streamedOf = (operations: readonly Operation[]): readonly Operation[] => (operations.includes('chat_completions') ? operations.filter((one) => one !== 'responses' && one !== 'messages') : operations)
