import type { Operation } from '@shared/domain/model'
import { firstFields } from '@shared/first/known-fields'
import { errorOfSite } from '@shared/first/site-errors'
import type { RefusedFields } from '../../storage/refused-fields'
import type { WireProfile } from '../cluster-adapter'
import { fitChat } from './fit-chat'
import type { TokenSource } from './token-source'

interface ProfileDeps {
  readonly refusedFields: RefusedFields
  readonly tokens: TokenSource
}

/** A FIRST site refuses what its schemas do not know, and what it has said since. */
export function createFirstProfile(cluster: string, operations: readonly Operation[], { refusedFields, tokens }: ProfileDeps): WireProfile {
  return {
    ...(operations.length > 0 && { operations, streamed: streamedOf(operations) }),
    refused(operation, fields) {
      const known = firstFields[operation]
      const learnt = refusedFields.of(cluster, operation)
      return fields.filter((field) => learnt.has(field) || (known !== undefined && !known.has(field)))
    },
    fit: (operation, fields) => (operation === 'chat_completions' ? fitChat(fields) : undefined),
    learn: (operation, fields) => refusedFields.add(cluster, operation, fields),
    readError(answer, model) {
      const failure = errorOfSite(answer, { cluster, model })
      if (failure?.error.code === 'upstream_unauthorized') tokens.refused()
      return failure
    },
  }
}

/** FIRST answers Responses and Messages whole only (wire/first.md, "What FIRST does not do"); a stream of them goes by Chat Completions where that is served. */
const streamedOf = (operations: readonly Operation[]): readonly Operation[] => (operations.includes('chat_completions') ? operations.filter((one) => one !== 'responses' && one !== 'messages') : operations)
