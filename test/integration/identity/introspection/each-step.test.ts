import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import type { Group, World } from '../../../doubles/globus/world'
import { startOpenAiServer, type OpenAiServer } from '../../../doubles/openai-server/openai-server'
import { labAccess, startLab, tokenOf, type Lab, type LabOptions } from './lab'
import { robot, tenPeople, tenRules } from './ten-people'

const introspection = 'POST /v2/oauth2/token/introspect'
const dan = 'dan@uchicago.edu'
const whoami = '/resource_server/whoami'

let globus: Globus
let server: OpenAiServer
let lab: Lab

beforeAll(async () => {
  server = await startOpenAiServer({ models: ['open-model'] })
})
beforeEach(async () => {
  globus = await startGlobus({ world: tenPeople })
})
afterEach(async () => {
  await lab.close()
  await globus.close()
})
afterAll(() => server.close())

/** What differs from Dan, who passes every check of a lab that asks for all of them. */
interface Row {
  readonly lab?: Partial<LabOptions>
  readonly world?: Partial<World>
  readonly username?: string
  /** Before the request: something happens at Globus. */
  readonly then?: (token: string) => void | Promise<unknown>
  /** Headers in place of the right one. */
  readonly headers?: (token: string) => Record<string, string>
  /** Default: who am I. */
  readonly asks?: 'a model'
}

/** A group without one of its members. */
const without = (group: string): Partial<World> => ({
  groups: tenPeople.groups.map((one: Group) => (one.id === group ? { ...one, members: one.members.filter(({ identity }) => identity !== idOfDan) } : one)),
})
const idOfDan = tenPeople.people.flatMap(({ identities }) => identities).find(({ username }) => username === dan)?.id ?? ''

const renamed = (username: string): Partial<World> => ({
  people: tenPeople.people.map((person) => (person.identities[0].id === idOfDan ? { identities: [{ ...person.identities[0], username }] } : person)),
})
const onModel = (rule: object): Partial<LabOptions> => ({ rules: { models: { 'open-model': rule } } })

async function answer({ lab: options = {}, world = {}, username = dan, then, headers, asks }: Row): Promise<{ status: number; message: string }> {
  globus.auth.setWorld(world)
  lab = await startLab({ globus, access: labAccess(tenRules), clusters: [{ name: 'there', kind: 'direct', url: server.url, profile: 'other' }], ...options })
  const token = tokenOf(globus, username)
  await then?.(token)
  const given = headers?.(token) ?? { authorization: `Bearer ${token}` }
  const got =
    asks === 'a model'
      ? await fetch(`${lab.origin}/resource_server/v1/chat/completions`, { method: 'POST', headers: { ...given, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'open-model', messages: [{ role: 'user', content: 'hello' }] }) })
      : await fetch(`${lab.origin}${whoami}`, { headers: given })
  const { error } = (await got.json()) as { error?: { message: string } }
  return { status: got.status, message: error?.message ?? '' }
}

describe("FIRST's order of checks", () => {
  it.each(['who am I', 'a model'] as const)('lets somebody in who passes all of them: %s', async (asks) => {
    expect(await answer(asks === 'a model' ? { asks } : {})).toEqual({ status: 200, message: '' })
  })

  it.each<[step: string, row: Row, status: number, message: string | RegExp]>([
    ['1, a header', { headers: () => ({}) }, 401, "Error: Missing ('Authorization': 'Bearer <your-access-token>') in request headers."],
    ['1, two words', { headers: (token) => ({ authorization: `Bearer ${token} x` }) }, 401, 'Error: Auth only allows header type Authorization: Bearer <token>.'],
    ['1, exactly Bearer', { headers: (token) => ({ authorization: `bearer ${token}` }) }, 401, 'Authorization type should be Bearer.'],
    [
      '2, what was found out before',
      {
        async then(token) {
          globus.auth.tokens.revokeAll(dan)
          await lab.as(token, whoami)
        },
      },
      401,
      'Token introspection: Token is either not active or invalid',
    ],
    ['3, introspection', { then: () => globus.faults.once('auth', introspection, { kind: 'reset' }) }, 503, /^Could not introspect token/],
    ['4, an active token', { then: () => globus.auth.tokens.revokeAll(dan) }, 401, 'Token is either not active or invalid'],
    ['5, a token for groups', { world: { scopes: tenPeople.scopes.map((scope) => ({ ...scope, dependents: [] })) } }, 401, /^Could not recover dependent access token for groups\.api\.globus\.org\. /],
    ['6, the groups', { then: () => globus.faults.once('groups', 'GET /v2/groups/my_groups', { kind: 'status', status: 500, body: {} }) }, 503, /^Error: Could not recover user group memberships/],
    ['7, its end', { lab: { clockOffByMs: 49 * 3_600_000 } }, 401, 'Access token expired.'],
    ['8, programs that are not named', { username: robot, lab: { access: labAccess({ ...tenRules, serviceAccounts: [] }) } }, 401, /^Error: Permission denied\. Must authenticate with/],
    ['9, the identity provider', { username: 'gail@orcid.org' }, 401, /^Error: Permission denied\. Must authenticate with anl\.gov, alcf\.anl\.gov, or providers with approved projects\./],
    ['10, the policies', { then: () => globus.clock.advance({ minutes: 61 }) }, 401, /^Error: Permission denied from internal policies\./],
    ['11, groups of the domain', { world: without(ids.groups.physics) }, 401, `Error: Permission denied. User (dan - ${dan}) not part of the Globus Groups applied for University of Chicago.`],
    ['12, groups of everybody', { world: without(ids.groups.users) }, 401, 'Error: User is not a member of an allowed Globus Group.'],
    ['13, a username', { world: renamed('<dan@uchicago.edu'), username: '<dan@uchicago.edu' }, 401, 'Username <dan@uchicago.edu includes non-authorized characters.'],
    ['14, groups of the model', { asks: 'a model', lab: onModel({ groups: [ids.groups.users.replace(/1$/, '9')] }) }, 403, 'Permission denied due to Globus Group restrictions.'],
    ['14, domains of the model', { asks: 'a model', lab: onModel({ domains: ['anl.gov'] }) }, 403, 'Permission denied due to IdP domain restrictions.'],
    ['14, groups before domains', { asks: 'a model', lab: onModel({ groups: [ids.groups.users.replace(/1$/, '9')], domains: ['anl.gov'] }) }, 403, 'Permission denied due to Globus Group restrictions.'],
  ])('refuses whoever fails at step %s, and there alone', async (_step, row, status, message) => {
    const got = await answer(row)
    expect(got.status).toBe(status)
    if (typeof message === 'string') expect(got.message).toBe(message)
    else expect(got.message).toMatch(message)
  })

  it('8: asks no identity provider and no policy of a program that is named', async () => {
    expect(await answer({ username: robot, then: () => globus.clock.advance({ minutes: 61 }) })).toEqual({ status: 200, message: '' })
  })
})
