import type { ServerProfile } from '@shared/config/clusters'
import type { Operation } from '@shared/domain/model'
import type { RefusedFields, RefusingPlace } from '../../storage/refused-fields'
import type { WireProfile } from '../cluster-adapter'
import { engineFieldsOf } from './engine-fields'
import { fitMessages } from './fit-messages'
import { profiles } from './profiles'
import { readRefusal } from './read-refusal'

export interface WireProfileOptions {
  readonly place: RefusingPlace
  readonly profile: ServerProfile
  /** What the model's place is thought to serve; absent: nobody knows. */
  readonly operations: readonly Operation[] | undefined
  /** What it has answered 404 or 405 for; written to. */
  readonly unserved: Set<Operation>
  readonly refusedFields: RefusedFields
  /** Called after what it serves has changed: leases need a new one. */
  readonly onChange: () => void
}

/** Without these there is no request: a server that names them has misunderstood it. */
const needed: ReadonlySet<string> = new Set(['model', 'messages', 'input', 'prompt', 'max_tokens', 'stream'])

/** What a server is taken to serve that does not say. */
const usual: readonly Operation[] = ['chat_completions', 'completions', 'embeddings']

/** How a server deviates: what its kind is known for, and what it has said itself. */
export function createWireProfile({ place, profile, operations, unserved, refusedFields, onChange }: WireProfileOptions): WireProfile {
  const { takesEngineFields: takesAll, chat, keepsResponses } = profiles[profile]
  const served = unserved.size === 0 ? operations : (operations ?? usual).filter((operation) => !unserved.has(operation))
  return {
    ...(served !== undefined && { operations: served }),
    ...(chat !== undefined && { chat }),
    ...(keepsResponses !== undefined && { keepsResponses }),
    refused(operation, fields) {
      const said = refusedFields.of(place, operation)
      if (takesAll && said.size === 0) return []
      return fields.filter((field) => said.has(field) || (!takesAll && engineFieldsOf(operation).has(field)))
    },
    fit: (operation, fields) => (operation === 'chat_completions' ? fitMessages(fields, refusedFields.of(place, operation)) : undefined),
    learn: (operation, fields) => refusedFields.add(place, operation, fields.filter((field) => !needed.has(field))),
    readError: (answer) => readRefusal(answer),
    unserved(operation) {
      // One without its first protocol is broken, or at another address.
      if (operation === (operations ?? usual)[0] || unserved.has(operation)) return false
      unserved.add(operation)
      onChange()
      return true
    },
  }
}
