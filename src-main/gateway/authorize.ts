import type { Identity } from '@shared/domain/identity'

/** What an identity may use. */
export interface Grant {
  readonly identity: Identity
  /** Whether a model of a cluster is there for this identity; what it may not use it does not see either. */
  allows(deployment: { readonly cluster: string; readonly model: string }): boolean
}

/** Whoever holds a key may use every model of every cluster that the owner configured. */
export function authorize(identity: Identity): Grant {
  return { identity, allows: () => true }
}
