import { z } from 'zod'
import type { Identity } from '@shared/domain/identity'
import { FirstError } from '@shared/errors'
import type { Clock } from '../core/clock'
import type { Database } from '../storage/database'
import type { KeyVerifier } from './key-verifier'
import { hashSecret, isSameHash, newKey, systemRandom, type RandomBytes } from './secret-text'

/** A key the owner gave to somebody; the secret itself is shown once and not kept. */
export interface IssuedKey {
  readonly id: string
  readonly name: string
  readonly createdAtMs: number
  readonly expiresAtMs?: number
  readonly revokedAtMs?: number
}

export interface Keyring extends KeyVerifier {
  /** Adds a secret that stands for the owner for as long as this process runs. */
  addOwner(secret: string): void
  create(request: { name: string; expiresAtMs?: number }): IssuedKey & { readonly secret: string }
  list(): readonly IssuedKey[]
  /** @throws FirstError `not_found` for an unknown id. */
  revoke(id: string): void
}

interface Entry {
  readonly hash: string
  readonly identity: Identity
  readonly expiresAtMs: number
}

const row = z
  .object({ id: z.string(), name: z.string(), hash: z.string(), created_at_ms: z.number(), expires_at_ms: z.number().nullable(), revoked_at_ms: z.number().nullable() })
type Row = z.infer<typeof row>

const longestSecret = 512
const ownerIdentity: Identity = { kind: 'owner', id: 'owner', name: 'owner' }

/** All keys that open the gateway; verified from memory, so a request never waits for the disk. */
export function createKeyring(deps: { database: Database; clock: Clock; random?: RandomBytes }): Keyring {
  const { database, clock } = deps
  const random = deps.random ?? systemRandom
  const entries = new Map<string, Entry>()
  const hold = (hash: string, identity: Identity, expiresAtMs = Infinity): void => void entries.set(hash, { hash, identity, expiresAtMs })
  const rows = (): readonly Row[] => database.all(row, 'SELECT * FROM keys ORDER BY created_at_ms, id')
  for (const key of rows()) if (key.revoked_at_ms === null) hold(key.hash, { kind: 'key', id: key.id, name: key.name }, key.expires_at_ms ?? Infinity)

  return {
    verify(secret) {
      if (secret.length > longestSecret) return undefined
      const hash = hashSecret(secret)
      const entry = entries.get(hash)
      if (entry === undefined || !isSameHash(entry.hash, hash) || entry.expiresAtMs <= clock.now()) return undefined
      return entry.identity
    },
    addOwner: (secret) => hold(hashSecret(secret), ownerIdentity),
    create({ name, expiresAtMs }) {
      const secret = newKey(random)
      const id = `key-${random(6).toString('hex')}`
      const createdAtMs = clock.now()
      database.run('INSERT INTO keys (id, name, hash, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?)', id, name, hashSecret(secret), createdAtMs, expiresAtMs ?? null)
      hold(hashSecret(secret), { kind: 'key', id, name }, expiresAtMs)
      return { id, name, createdAtMs, ...(expiresAtMs !== undefined && { expiresAtMs }), secret }
    },
    list: () => rows().map(issuedKey),
    revoke(id) {
      const { changes } = database.run('UPDATE keys SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE id = ?', clock.now(), id)
      if (changes === 0) throw new FirstError('not_found', `There is no key ${id}.`, { param: 'id' })
      for (const [hash, entry] of entries) if (entry.identity.id === id) entries.delete(hash)
    },
  }
}

function issuedKey(key: Row): IssuedKey {
  return {
    id: key.id,
    name: key.name,
    createdAtMs: key.created_at_ms,
    ...(key.expires_at_ms !== null && { expiresAtMs: key.expires_at_ms }),
    ...(key.revoked_at_ms !== null && { revokedAtMs: key.revoked_at_ms }),
  }
}
