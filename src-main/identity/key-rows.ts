import { z } from 'zod'
import { keyHolder, keyScopes, type Identity, type IssuedKey, type KeyHolder, type KeyScopes } from '@shared/domain/identity'

/** A row of the table `keys`. */
export const keyRow = z.object({
  id: z.string(),
  name: z.string(),
  hash: z.string(),
  created_at_ms: z.number(),
  expires_at_ms: z.number().nullable(),
  revoked_at_ms: z.number().nullable(),
  scopes: z.string().nullable(),
  last_used_at_ms: z.number().nullable(),
})
export type KeyRow = z.infer<typeof keyRow>

/** What a key may do and whose it is; kept together, as JSON, in the column `scopes`. */
interface Grants extends KeyHolder {
  readonly scopes?: KeyScopes
}

/** A newer version may know scopes that this one does not: they are no reason to allow more. */
const storedGrants = z.strictObject({ ...keyScopes.shape, ...keyHolder.shape }).catch({ models: [], clusters: [] })

export function writeGrants({ scopes, username, groups }: Grants): string | null {
  const stored = { ...scopes, ...(username !== undefined && { username }), ...(groups !== undefined && { groups }) }
  return Object.keys(stored).length === 0 ? null : JSON.stringify(stored)
}

function readGrants(text: string | null): Grants {
  if (text === null) return {}
  const { username, groups, ...scopes } = storedGrants.parse(parseJson(text))
  return { ...(Object.keys(scopes).length > 0 && { scopes }), ...(username !== undefined && { username }), ...(groups !== undefined && { groups }) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const identityOf = ({ id, name, scopes }: Pick<KeyRow, 'id' | 'name' | 'scopes'>): Identity => ({ kind: 'key', id, name, ...readGrants(scopes) })

/** @param lastUsedAtMs where it was used since the row was written. */
export function issuedKeyOf(row: KeyRow, lastUsedAtMs = row.last_used_at_ms ?? undefined): IssuedKey {
  return {
    id: row.id,
    name: row.name,
    createdAtMs: row.created_at_ms,
    ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    ...(row.revoked_at_ms !== null && { revokedAtMs: row.revoked_at_ms }),
    ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
    ...readGrants(row.scopes),
  }
}
