import { z } from 'zod'

/** A name, or a pattern in which `*` stands for any run of characters: `meta-llama/*`. */
const namePattern = z.string().min(1).max(256)

/** What a key may do; absent lists allow everything, empty ones nothing. */
export const keyScopes = z.object({
  models: z.array(namePattern).max(1000).exactOptional(),
  clusters: z.array(namePattern).max(1000).exactOptional(),
  /** Sees the records of everybody and `/metrics`. */
  isAdmin: z.boolean().exactOptional(),
})
export type KeyScopes = z.infer<typeof keyScopes>

/** Whose a key is, as Globus would say it: access rules on people, domains and groups then hold for the key too. */
export const keyHolder = z.object({
  username: z
    .string()
    .max(256)
    .regex(/^[^@\s<>]+@[^@\s<>]+$/, 'write it as name@domain')
    .exactOptional(),
  groups: z.array(z.guid('write each group as its UUID, such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301')).max(1000).exactOptional(),
})
export type KeyHolder = z.infer<typeof keyHolder>

/** A key that the owner gave to somebody; the secret itself is shown once and not kept. Times are Unix milliseconds. */
export const issuedKey = z.object({
  id: z.string(),
  name: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number().exactOptional(),
  revokedAtMs: z.number().exactOptional(),
  /** Known to about a minute. Absent: never used. */
  lastUsedAtMs: z.number().exactOptional(),
  /** Absent: it may use everything. */
  scopes: keyScopes.exactOptional(),
  ...keyHolder.shape,
})
export type IssuedKey = z.infer<typeof issuedKey>

/** Who makes a request. `owner` holds local.key or is the window; `key` is somebody the owner gave a key to; `globus` came in with a token of Globus. */
export interface Identity {
  readonly kind: 'owner' | 'key' | 'globus'
  /** Stable id for records: `owner`, the key's id, or the id of the identity at Globus. */
  readonly id: string
  readonly name: string
  /** `name@domain` of the person, where it is known. */
  readonly username?: string
  /** Of the identity provider, as `username` has it; where Globus says who it is. */
  readonly domain?: string
  /** Where the person signed in, as Globus names it. */
  readonly provider?: { readonly id: string; readonly name: string }
  /** UUIDs, where they are known. */
  readonly groups?: readonly string[]
  readonly scopes?: KeyScopes
}
