/** Who makes a request. `owner` holds local.key or is the window; `key` is somebody the owner gave a key to. */
export interface Identity {
  readonly kind: 'owner' | 'key'
  /** Stable id for records: `owner`, or the key's id. */
  readonly id: string
  readonly name: string
}
