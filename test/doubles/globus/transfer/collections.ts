import { mkdir } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { Scope } from '../world'
import { dataAccessScope, httpsScope } from '../auth/own-scopes'

/** Who may do what below a path that ends in a slash. */
export interface AccessRule {
  readonly id: string
  /** Id of an identity, or `all_authenticated_users`. */
  readonly principal: string
  readonly path: string
  readonly permissions: 'r' | 'rw'
}

export interface Collection {
  readonly id: string
  readonly name: string
  /** Id of an identity: may do everything. */
  readonly owner: string
  readonly rules?: readonly AccessRule[]
  /** A mapped collection: Transfer must be agreed to for it (`data_access`). */
  readonly needsDataAccess?: boolean
  /** Default true. */
  readonly hasHttps?: boolean
}

/** A collection with its folder in the scratch folder. */
export interface HostedCollection extends Collection {
  readonly folder: string
  rules: readonly AccessRule[]
  /** Origin of its HTTPS server. */
  httpsUrl: string | undefined
}

export const scopesOfCollection = ({ id, name }: Collection): readonly Scope[] => [
  { urn: httpsScope(id), resourceServer: id, description: `Read and write files on ${name}` },
  { urn: dataAccessScope(id), resourceServer: id, description: `Access your data on ${name}` },
]

export async function hostCollection(collection: Collection, scratch: string): Promise<HostedCollection> {
  const folder = join(scratch, 'collections', collection.id)
  await mkdir(folder, { recursive: true })
  return { ...collection, folder, rules: collection.rules ?? [], httpsUrl: undefined }
}

/** Where a path of the collection lies; undefined for one that leads out of it. */
export function placeOf({ folder }: HostedCollection, path: string): string | undefined {
  if (!path.startsWith('/') || path.includes('\0')) return undefined
  return path.split('/').includes('..') ? undefined : join(folder, normalize(path))
}

export function mayAccess({ owner, rules }: HostedCollection, identities: readonly { readonly id: string }[], path: string, need: 'r' | 'rw'): boolean {
  if (identities.some(({ id }) => id === owner)) return true
  return rules.some((rule) => `${path}/`.startsWith(rule.path) && (need === 'r' || rule.permissions === 'rw') && (rule.principal === 'all_authenticated_users' || identities.some(({ id }) => id === rule.principal)))
}
