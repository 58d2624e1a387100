/** What a key may do; absent lists allow everything. */
export interface KeyScopes {
  readonly models?: readonly string[]
  readonly clusters?: readonly string[]
  /** Sees the records of everybody and may change the gateway. */
  readonly isAdmin?: boolean
}

/** Who makes a request. `owner` holds local.key or is the window; `key` is somebody the owner gave a key to. */
export interface Identity {
  readonly kind: 'owner' | 'key'
  /** Stable id for records: `owner`, or the key's id. */
  readonly id: string
  readonly name: string
  /** `name@domain` of the person, where it is known. */
  readonly username?: string
  /** UUIDs, where they are known. */
  readonly groups?: readonly string[]
  readonly scopes?: KeyScopes
}
