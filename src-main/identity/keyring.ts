import type { Identity, IssuedKey, KeyHolder, KeyScopes } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import type { KeyVerifier } from './key-verifier'
import { identityOf, issuedKeyOf, keyRow, writeGrants, type KeyRow } from './key-rows'
import { createKeyUses, type KeyUsesDeps } from './key-uses'
import { hashSecret, newKey, systemRandom, type RandomBytes } from './secret-text'

export interface NewKey extends KeyHolder {
  /** Access rules may name it; several keys may have the same. */
  readonly name: string
  readonly expiresAtMs?: number
  /** Absent: it may use everything. */
  readonly scopes?: KeyScopes
}

export interface Keyring extends KeyVerifier {
  /** Adds a secret that stands for the owner for as long as this process runs. */
  addOwner(secret: string): void
  create(request: NewKey): IssuedKey & { readonly secret: string }
  list(): readonly IssuedKey[]
  /** Who has this id, while the key is good: the same object as `verify` gives. */
  identity(id: string): Identity | undefined
  /** @throws FirstError `not_found` for an unknown id. */
  revoke(id: string): void
  /** Writes when each key was last used. */
  close(): void
}

interface Entry {
  /** The same object for as long as the key is good: what is known of it elsewhere is kept by it. */
  readonly identity: Identity
  readonly expiresAtMs: number
}

interface KeyringDeps extends KeyUsesDeps {
  readonly random?: RandomBytes
}

const longestSecret = 512
export const ownerIdentity: Identity = { kind: 'owner', id: 'owner', name: 'owner' }

/** All keys that open the gateway; verified from memory, so a request never waits for the disk. */
export function createKeyring(deps: KeyringDeps): Keyring {
  const { database, clock, random = systemRandom } = deps
  const uses = createKeyUses(deps)
  const entries = new Map<string, Entry>()
  const rows = (): readonly KeyRow[] => database.all(keyRow, 'SELECT * FROM keys ORDER BY created_at_ms, id')
  const hold = (key: KeyRow): void => {
    if (key.revoked_at_ms === null) entries.set(key.hash, { identity: identityOf(key), expiresAtMs: key.expires_at_ms ?? Infinity })
  }
  for (const key of rows()) hold(key)

  return {
    // A look-up by hash tells nothing of a secret by the time it takes; kept secrets in plain sight would save half a microsecond.
    verify(secret) {
      if (secret.length > longestSecret) return undefined
      const entry = entries.get(hashSecret(secret))
      if (entry === undefined || entry.expiresAtMs <= clock.now()) return undefined
      if (entry.identity.kind === 'key') uses.mark(entry.identity.id)
      return entry.identity
    },
    addOwner: (secret) => void entries.set(hashSecret(secret), { identity: ownerIdentity, expiresAtMs: Infinity }),
    create({ name, expiresAtMs, ...grants }) {
      const secret = newKey(random)
      const key: KeyRow = {
        id: `key-${random(6).toString('hex')}`,
        name,
        hash: hashSecret(secret),
        created_at_ms: clock.now(),
        expires_at_ms: expiresAtMs ?? null,
        revoked_at_ms: null,
        scopes: writeGrants(grants),
        last_used_at_ms: null,
      }
      database.run('INSERT INTO keys (id, name, hash, created_at_ms, expires_at_ms, scopes) VALUES (?, ?, ?, ?, ?, ?)', key.id, name, key.hash, key.created_at_ms, key.expires_at_ms, key.scopes)
      hold(key)
      return { ...issuedKeyOf(key), secret }
    },
    identity(id) {
      if (id === ownerIdentity.id) return ownerIdentity
      for (const { identity, expiresAtMs } of entries.values()) if (identity.id === id && expiresAtMs > clock.now()) return identity
      return undefined
    },
    list: () => rows().map((row) => issuedKeyOf(row, uses.lastUsedAtMs(row.id))),
    revoke(id) {
      const { changes } = database.run('UPDATE keys SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE id = ?', clock.now(), id)
      if (changes === 0) throw new FirstError('not_found', `There is no key ${id}.`, { param: 'id', action: 'Use an id that «first-desktop key list» or the page Gateway shows.' })
      for (const [hash, entry] of entries) if (entry.identity.id === id) entries.delete(hash)
    },
    close: () => uses.close(),
  }
}
