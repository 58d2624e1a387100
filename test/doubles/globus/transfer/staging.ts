import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostedCollection } from './collections'

/** What `PUT <gateway>/data/staging` answers. */
export interface Staging {
  readonly collection_id: string
  readonly path: string
  readonly acl_rule_id: string
  readonly principal: string
}

/** The same again for who has one already. */
export async function stagingFor(collection: HostedCollection, identity: string): Promise<Staging> {
  const path = `/user-staging/${identity}/`
  const before = collection.rules.find((rule) => rule.principal === identity && rule.path === path)
  const rule = before ?? { id: randomUUID(), principal: identity, path, permissions: 'rw' as const }
  if (before === undefined) collection.rules = [...collection.rules, rule]
  await mkdir(join(collection.folder, path), { recursive: true })
  return { collection_id: collection.id, path, acl_rule_id: rule.id, principal: identity }
}
