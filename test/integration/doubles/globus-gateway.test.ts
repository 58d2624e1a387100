import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createBrowser } from '../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { groupsScopes } from '../../doubles/globus/auth/own-scopes'
import { ids, usualWorld } from '../../doubles/globus/usual-world'
import { ada, adaAtAlcf, createClient, send, tokenFor, withToken, type Answer, type Client } from './globus-client'

let globus: Globus
let client: Client

beforeEach(async () => {
  globus = await startGlobus()
  client = createClient(globus)
})
afterEach(() => globus.close())

const introspect = (token: string): Promise<Answer> => client.asGateway('/v2/oauth2/token/introspect', { token, include: 'session_info,identity_set_detail', authentication_policies: `${ids.policy},${ids.labPolicy},${ids.gateway}` })
const evaluation = async (token: string): Promise<boolean | undefined> => z.object({ policy_evaluations: z.record(z.string(), z.object({ evaluation: z.boolean() })) }).parse((await introspect(token)).body).policy_evaluations[ids.policy]?.evaluation
const dependent = (token: string, more: Record<string, string> = {}): Promise<Answer> => client.asGateway('/v2/oauth2/token', { grant_type: 'urn:globus:auth:grant_type:dependent_token', token, ...more })

describe('a gateway that looks at a token of the double', () => {
  test('sees who it is, every linked identity, the session and the policies that exist', async () => {
    const { access_token: token } = tokenFor(await client.signIn(adaAtAlcf), ids.gateway)
    const { body } = await introspect(token)
    expect(body).toMatchObject({
      active: true,
      sub: ids.ada,
      username: 'ada@anl.gov',
      client_id: ids.nativeClient,
      aud: [ids.gateway],
      scope: ids.gatewayScope,
      identity_set_detail: [
        { sub: ids.ada, last_authentication: null },
        { sub: ids.adaAtAlcf, username: 'ada@alcf.anl.gov', identity_provider_display_name: 'Argonne LCF' },
      ],
      session_info: { authentications: { [ids.adaAtAlcf]: { idp: ids.providers.alcf, acr: null, amr: null } } },
      policy_evaluations: { [ids.policy]: { evaluation: true }, [ids.labPolicy]: { evaluation: true } },
    })
    expect(Object.keys((body as { policy_evaluations: object }).policy_evaluations)).toHaveLength(2)
  })

  test('sees sessions and policies only where it asks for them', async () => {
    const { access_token: token } = tokenFor(await client.signIn(ada), ids.gateway)
    const { body } = await client.asGateway('/v2/oauth2/token/introspect', { token })
    expect(Object.keys(body as object)).not.toEqual(expect.arrayContaining(['session_info']))
    expect(body).not.toHaveProperty('policy_evaluations')
  })

  test('must know its secret', async () => {
    expect(await client.asGateway('/v2/oauth2/token/introspect', { token: 'x' }, 'wrong')).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect((await client.postForm('/v2/oauth2/token/introspect', { token: 'x', client_id: ids.nativeClient })).status).toBe(401)
  })

  test('sees a dead token as inactive: unknown, or 48 hours old', async () => {
    const { access_token: token } = tokenFor(await client.signIn(ada), ids.gateway)
    expect((await introspect('nonsense')).body).toEqual({ active: false })
    globus.clock.advance({ hours: 48 })
    expect((await introspect(token)).body).toEqual({ active: false })
  })

  test('sees a policy run out after seven days although the token was refreshed, and met again after a new sign-in', async () => {
    const browser = createBrowser()
    const first = tokenFor(await client.signIn(ada, {}, browser), ids.gateway)
    expect(await evaluation(first.access_token)).toBe(true)
    globus.clock.advance({ days: 7, seconds: 1 })
    const refreshed = z.object({ access_token: z.string() }).parse((await client.refresh(first.refresh_token)).body)
    expect(await evaluation(refreshed.access_token)).toBe(false)
    const again = tokenFor(await client.signIn(ada, { prompt: 'login', session_required_policies: ids.policy }, browser), ids.gateway)
    expect(await evaluation(again.access_token)).toBe(true)
    expect(await evaluation(refreshed.access_token)).toBe(false)
  })
})

describe('a gateway that acts for somebody', () => {
  test('gets an array of dependent tokens, and reads their groups with one', async () => {
    const { access_token: token } = tokenFor(await client.signIn(ada), ids.gateway)
    const { body } = await dependent(token)
    const [groupsToken] = z.array(z.object({ access_token: z.string(), scope: z.string(), resource_server: z.string() })).parse(body)
    expect(groupsToken).toMatchObject({ scope: groupsScopes.viewMine, resource_server: 'groups.api.globus.org' })
    const groups = await send(`${globus.url.groups}/v2/groups/my_groups`, withToken(groupsToken!.access_token))
    expect(groups.body).toMatchObject([
      { id: ids.groups.users, my_memberships: [{ identity_id: ids.ada, role: 'member', status: 'active' }] },
      { id: ids.groups.physics, my_memberships: [{ identity_id: ids.adaAtAlcf, role: 'admin', status: 'active' }] },
    ])
  })

  test('is told which consent is missing, once its scope depends on more', async () => {
    const { access_token: token } = tokenFor(await client.signIn(ada), ids.gateway)
    const wanted = groupsScopes.all
    globus.auth.setWorld({ scopes: usualWorld.scopes.map((scope) => ({ ...scope, dependents: [{ scope: wanted }] })) })
    expect(await dependent(token)).toMatchObject({ status: 403, body: { error: 'dependent_consent_required', errors: [{ unapproved_scopes: [wanted] }] } })
    await client.signIn(ada)
    expect((await dependent(token)).status).toBe(200)
  })

  test('gets optional dependents only where they were asked for', async () => {
    globus.auth.setWorld({ scopes: usualWorld.scopes.map((scope) => ({ ...scope, dependents: [{ scope: groupsScopes.viewMine, isOptional: true }] })) })
    const { access_token: without } = tokenFor(await client.signIn(ada), ids.gateway)
    expect((await dependent(without)).body).toEqual([])
    expect((await dependent(without, { scope: groupsScopes.viewMine })).status).toBe(403)
    const { access_token: withIt } = tokenFor(await client.signIn(ada, { scope: `${ids.gatewayScope}[*${groupsScopes.viewMine}]` }), ids.gateway)
    expect((await dependent(withIt)).body).toHaveLength(1)
  })

  test('cannot use the tokens of others', async () => {
    const { access_token: token } = tokenFor(await client.signIn(ada), 'auth.globus.org')
    expect(await dependent(token)).toMatchObject({ status: 401, body: { error: 'invalid_grant' } })
  })

  test('can sign in as itself, with no session', async () => {
    const { body } = await client.asGateway('/v2/oauth2/token', { grant_type: 'client_credentials', scope: ids.gatewayScope })
    const { access_token: token } = z.object({ access_token: z.string() }).parse(body)
    expect((await introspect(token)).body).toMatchObject({ username: `${ids.gateway}@clients.auth.globus.org`, session_info: { authentications: {} }, policy_evaluations: { [ids.policy]: { evaluation: false } } })
  })
})

describe('groups of the double', () => {
  const mine = (token: string, query = ''): Promise<Answer> => send(`${globus.url.groups}/v2/groups/my_groups${query}`, withToken(token))
  const signIn = (username: string, scope: string): string => globus.signIn({ username, client: ids.nativeClient, scope }).access_token

  test('shows memberships that are active, and others where they are asked for', async () => {
    const token = signIn('grace@uchicago.edu', groupsScopes.viewMine)
    expect((await mine(token)).body).toEqual([])
    expect((await mine(token, '?statuses=invited')).body).toMatchObject([{ id: ids.groups.users }])
  })

  test('refuses tokens for others, dead ones, and ones that lack the scope', async () => {
    expect((await mine(signIn('ada@anl.gov', ids.gatewayScope))).status).toBe(401)
    expect((await mine('nonsense')).status).toBe(401)
    const scopes = { ...usualWorld, scopes: [...usualWorld.scopes, { urn: 'urn:groups:other', resourceServer: 'groups.api.globus.org', description: 'Other' }] }
    globus.auth.setWorld(scopes)
    expect((await mine(signIn('ada@anl.gov', 'urn:groups:other'))).status).toBe(403)
  })
})
