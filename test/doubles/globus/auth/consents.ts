import type { Person } from '../world'
import type { ConsentPath } from './scopes'

/** What people have agreed that clients may do. */
export interface Consents {
  add(person: Person, client: string, paths: readonly ConsentPath[]): void
  has(person: Person, client: string, path: ConsentPath): boolean
  /** All that a person gave a client. */
  withdraw(person: Person, client: string): void
}

export function createConsents(): Consents {
  const given = new Map<string, Set<ConsentPath>>()
  const keyOf = ({ identities: [primary] }: Person, client: string): string => `${primary.id} ${client}`
  return {
    add(person, client, paths) {
      const key = keyOf(person, client)
      given.set(key, new Set([...(given.get(key) ?? []), ...paths]))
    },
    has: (person, client, path) => given.get(keyOf(person, client))?.has(path) === true,
    withdraw: (person, client) => void given.delete(keyOf(person, client)),
  }
}
