import type { ServerProfile } from '@shared/config/schema'
import { operation as allOperations, type Operation } from '@shared/domain/model'
import type { RefusedFields } from '../../storage/refused-fields'
import type { WireProfile } from '../cluster-adapter'
import { engineFieldsOf } from './engine-fields'
import { profiles } from './profiles'

export interface WireProfileOptions {
  readonly cluster: string
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

/** How a server deviates: what its kind is known for, and what it has said itself. */
export function createWireProfile({ cluster, profile, operations, unserved, refusedFields, onChange }: WireProfileOptions): WireProfile {
  const takesAll = profiles[profile].takesEngineFields
  const left = unserved.size === 0 ? operations : (operations ?? allOperations.options).filter((operation) => !unserved.has(operation))
  // A server that serves nothing any more is one that is broken, not one that lacks a path.
  const served = left?.length === 0 ? operations : left
  return {
    ...(served !== undefined && { operations: served }),
    refused(operation, fields) {
      const said = refusedFields.of(cluster, operation)
      if (takesAll && said.size === 0) return []
      return fields.filter((field) => said.has(field) || (!takesAll && engineFieldsOf(operation).has(field)))
    },
    learn: (operation, fields) => refusedFields.add(cluster, operation, fields.filter((field) => !needed.has(field))),
    unserved(operation) {
      unserved.add(operation)
      onChange()
    },
  }
}
