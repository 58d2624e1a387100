import { tokenOf } from './lab'
import type { Globus } from '../../../doubles/globus/globus'
import { ids, usualWorld } from '../../../doubles/globus/usual-world'
import { clientAsPerson, type Membership, type Person, type World } from '../../../doubles/globus/world'

const idOf = (at: number): string => `bbbbbbbb-0000-4000-8000-0000000000${String(at).padStart(2, '0')}`
const providers: Readonly<Record<string, string>> = { 'anl.gov': ids.providers.argonne, 'alcf.anl.gov': ids.providers.alcf, 'uchicago.edu': ids.providers.uchicago, 'orcid.org': ids.providers.orcid }

/** By the usernames of their identities; the first is the one that a token is of. */
const usernames = [['ada@anl.gov'], ['bob@anl.gov'], ['cleo@alcf.anl.gov'], ['dan@uchicago.edu'], ['eve@uchicago.edu'], ['fred@orcid.org', 'fred@alcf.anl.gov'], ['gail@orcid.org', 'gail@anl.gov'], ['hal@anl.gov'], ['ivy@anl.gov']] as const
export const robot = `${ids.labClient}@clients.auth.globus.org`
const shortPolicy = '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1a0f'

const members = (...names: readonly string[]): Membership[] => people.flatMap(({ identities }) => identities.flatMap(({ id, username }) => (names.some((name) => username.startsWith(name)) ? [{ identity: id, role: 'member', status: 'active' } as const] : [])))

const people: Person[] = usernames.map((names, at): Person => {
  const [first, ...others] = names.map((username, nth) => ({ id: idOf(10 * (at + 1) + nth).slice(-36), username, name: username.split('@')[0] ?? '', email: username, provider: providers[username.split('@')[1] ?? ''] ?? '' }))
  if (first === undefined) throw new Error('nobody is without a name')
  return { identities: [first, ...others] }
})
const robotClient = { id: ids.labClient, name: 'Robot', kind: 'confidential', secret: 'robot-secret', redirectUris: [] } as const

export const tenPeople: World = {
  ...usualWorld,
  people: [...people, clientAsPerson(robotClient)],
  clients: [...usualWorld.clients.filter(({ id }) => id !== ids.labClient), robotClient],
  policies: [...usualWorld.policies, { id: shortPolicy, name: 'Signed in within an hour', maxAgeS: 3600 }],
  groups: [
    { id: ids.groups.users, name: 'Inference users', members: [...members('ada', 'bob', 'cleo', 'dan', 'fred', 'gail', 'hal'), { identity: robotClient.id, role: 'member', status: 'active' }] },
    { id: ids.groups.physics, name: 'Physics', members: members('ada', 'dan') },
  ],
}

/** Of the lab: Chicago must be in Physics, everybody in the users, and have signed in within an hour. */
export const tenRules = { allowedDomains: ['anl.gov', 'alcf.anl.gov', 'uchicago.edu'], policies: [shortPolicy], groupsPerDomain: { 'uchicago.edu': [ids.groups.physics] }, allowedGroups: [ids.groups.users], serviceAccounts: [robot] }

/** A model for everybody, one for Argonne, and one for Physics. */
export const modelRules = { 'argonne-model': { domains: ['anl.gov'] }, 'physics-model': { groups: [ids.groups.physics] } }

const all = ['argonne-model', 'open-model', 'physics-model']
/** Who may use what, or FIRST's words for why not. */
export const table: readonly (readonly [string, readonly string[] | RegExp])[] = [
  ['ada@anl.gov', all],
  ['bob@anl.gov', ['argonne-model', 'open-model']],
  ['cleo@alcf.anl.gov', ['open-model']],
  ['dan@uchicago.edu', ['open-model', 'physics-model']],
  ['eve@uchicago.edu', /^Error: Permission denied\. User \(eve - eve@uchicago\.edu\) not part of the Globus Groups applied for University of Chicago\.$/],
  ['fred@orcid.org', ['open-model']],
  ['gail@orcid.org', /^Error: Permission denied\. Must authenticate with anl\.gov, alcf\.anl\.gov, or providers with approved projects\. Currently authenticated as gail \(gail@orcid\.org\)\./],
  ['hal@anl.gov', /^Error: Permission denied from internal policies\. This is likely due to a high-assurance timeout\. /],
  ['ivy@anl.gov', /^Error: User is not a member of an allowed Globus Group\.$/],
  [robot, ['open-model']],
]

/** Everybody's token: Hal's session is too old, and Fred signed in with ALCF too. */
export function signAllIn(globus: Globus): ReadonlyMap<string, string> {
  const hal = tokenOf(globus, 'hal@anl.gov')
  globus.clock.advance({ hours: 2 })
  return new Map(table.map(([username]) => [username, username === 'hal@anl.gov' ? hal : tokenOf(globus, username, username === 'fred@orcid.org' ? ['fred@alcf.anl.gov'] : [])]))
}
