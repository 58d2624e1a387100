import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGlobus, type Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { labAccess, startLab, tokenOf, type Lab } from './lab'

const introspection = 'POST /v2/oauth2/token/introspect'
const groupsRoute = 'GET /v2/groups/my_groups'
const whoami = '/resource_server/whoami'

let globus: Globus
let lab: Lab

beforeEach(async () => {
  globus = await startGlobus()
  lab = await startLab({ globus })
})
afterEach(async () => {
  await lab.close()
  await globus.close()
})

const asked = (): number => globus.calls.count('auth', introspection)
const statusOf = async (token: string): Promise<number> => (await lab.as(token, whoami)).status
const errorOf = async (answer: Response): Promise<Record<string, unknown>> => ({ status: answer.status, ...((await answer.json()) as { error: object }).error })

describe('a token of Globus', () => {
  it('lets its holder in as the identity that signed in', async () => {
    const answer = await lab.as(tokenOf(globus, 'ada@anl.gov'), whoami)
    expect(await answer.json()).toEqual({ id: ids.ada, name: 'Ada Lovelace', username: 'ada@anl.gov', user_group_uuids: expect.arrayContaining([ids.groups.users]) as string[], idp_id: ids.providers.argonne, idp_name: 'Argonne National Laboratory', auth_service: 'globus' })
    expect(await lab.recorded(1)).toMatchObject({ identity: ids.ada, status: 200 })
  })

  it('is asked about once by any number of requests at once, and not again while the answer is fresh', async () => {
    const token = tokenOf(globus, 'ada@anl.gov')
    expect(await Promise.all(Array.from({ length: 50 }, () => statusOf(token)))).toEqual(Array.from({ length: 50 }, () => 200))
    globus.clock.advance({ seconds: 29 })
    expect(await statusOf(token)).toBe(200)
    expect([asked(), globus.calls.count('groups', groupsRoute)]).toEqual([1, 1])
  })

  it('is asked about again when the answer is old, and groups when theirs is', async () => {
    const token = tokenOf(globus, 'ada@anl.gov')
    await statusOf(token)
    globus.clock.advance({ seconds: 31 })
    await statusOf(token)
    expect([asked(), globus.calls.count('groups', groupsRoute)]).toEqual([2, 1])
    globus.clock.advance({ seconds: 570 })
    await statusOf(token)
    expect([asked(), globus.calls.count('groups', groupsRoute)]).toEqual([3, 2])
  })

  it('that is revoked opens nothing as soon as the answer is old, and is told so again without asking', async () => {
    const token = tokenOf(globus, 'ada@anl.gov')
    expect(await statusOf(token)).toBe(200)
    globus.auth.tokens.revokeAll('ada@anl.gov')
    globus.clock.advance({ seconds: 30 })
    expect(await errorOf(await lab.as(token, whoami))).toMatchObject({ status: 401, code: 'unauthorized', message: 'Token is either not active or invalid' })
    expect(await errorOf(await lab.as(token, whoami))).toMatchObject({ status: 401, message: 'Token introspection: Token is either not active or invalid' })
    expect(asked()).toBe(2)
    globus.clock.advance({ seconds: 61 })
    await statusOf(token)
    expect(asked()).toBe(3)
  })

  it('is not believed past its end', async () => {
    lab = await replaced({ access: labAccess({ policies: [] }) })
    const token = tokenOf(globus, 'ada@anl.gov')
    globus.clock.advance({ hours: 47, minutes: 59, seconds: 50 })
    expect(await statusOf(token)).toBe(200)
    globus.clock.advance({ seconds: 10 })
    expect(await statusOf(token)).toBe(401)
  })

  it('for another service opens nothing', async () => {
    const token = globus.signIn({ username: 'ada@anl.gov', client: ids.nativeClient, scope: ids.gatewayScope }).access_token
    expect(await errorOf(await lab.as(token, whoami))).toMatchObject({ status: 401, message: expect.stringMatching(/^Token is either not active or invalid: /) as string })
    expect(globus.calls.count('groups', groupsRoute)).toBe(0)
  })

  it('that cannot be one is refused without asking', async () => {
    for (const token of ['short', 'with,comma,inside', 'a'.repeat(3000)]) expect(await statusOf(token)).toBe(401)
    expect(asked()).toBe(0)
  })

  it('may be sent as clients of Anthropic send a key', async () => {
    expect((await fetch(`${lab.origin}${whoami}`, { headers: { 'x-api-key': tokenOf(globus, 'ada@anl.gov') } })).status).toBe(200)
  })

  it('may be used so many times in a second, where config.yaml says so', async () => {
    lab = await replaced({ access: labAccess({ requestsPerSecond: 2 }), isFrozen: true })
    const token = tokenOf(globus, 'ada@anl.gov')
    expect([await statusOf(token), await statusOf(token)]).toEqual([200, 200])
    const answer = await lab.as(token, whoami)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await statusOf(tokenOf(globus, 'grace@uchicago.edu'))).toBe(200)
  })

  it('changes nothing for keys', async () => {
    expect((await lab.get(whoami)).status).toBe(200)
    expect(await errorOf(await lab.as('fd-unknown', whoami))).toMatchObject({ status: 401, message: 'This key is not known here, or it was revoked.' })
    expect(asked()).toBe(0)
  })

  it('opens nothing where config.yaml does not say so any more', async () => {
    const token = tokenOf(globus, 'ada@anl.gov')
    expect(await statusOf(token)).toBe(200)
    lab.setConfig({ access: { globus: labAccess({ allowedDomains: ['uchicago.edu'] }) } })
    expect(await errorOf(await lab.as(token, whoami))).toMatchObject({ status: 401, message: expect.stringContaining('Must authenticate with uchicago.edu.') as string })
    lab.setConfig({})
    expect(await errorOf(await lab.as(token, whoami))).toMatchObject({ status: 401, message: 'This key is not known here, or it was revoked.' })
  })
})

describe('a refusal', () => {
  const gare = { code: 'AuthorizationRequired', authorization_parameters: expect.objectContaining({ session_required_single_domain: ['anl.gov', 'alcf.anl.gov', 'uchicago.edu'], prompt: 'login' }) as object }
  const message = expect.stringMatching(/^Error: Permission denied\. Must authenticate with anl\.gov, alcf\.anl\.gov, uchicago\.edu\. Currently authenticated as Linus Pauling \(linus@orcid\.org\)\./) as string

  it('has the shape of its door, and beside it what to do at Globus', async () => {
    const token = tokenOf(globus, 'linus@orcid.org')
    const chat = { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }
    const first = await lab.as(token, whoami)
    expect([first.status, first.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await first.json()).toEqual({ error: { code: 'unauthorized', message, info: { action: expect.any(String) as string } }, ...gare })
    expect(await (await lab.as(token, '/v1/chat/completions', chat)).json()).toEqual({ error: { message, type: 'authentication_error', param: null, code: 'unauthorized' }, ...gare })
    expect(await (await lab.as(token, '/v1/messages', chat)).json()).toMatchObject({ type: 'error', error: { type: 'authentication_error', message }, ...gare })
    expect(asked()).toBe(1)
  })

  it('is on the list for the owner, alike ones as one', async () => {
    const token = tokenOf(globus, 'linus@orcid.org')
    for (let count = 0; count < 3; count++) await lab.as(token, whoami)
    await lab.as('fd-unknown', whoami)
    await lab.recorded(4)
    expect(lab.refused()).toMatchObject([
      { status: 401, code: 'unauthorized', reason: 'This key is not known here, or it was revoked.', count: 1, origin: '127.0.0.1' },
      { status: 401, reason: message, name: 'linus@orcid.org', identity: ids.linus, count: 3 },
    ])
  })

  it('for want of consent to groups says which', async () => {
    globus.auth.setWorld({ scopes: [{ urn: ids.labScope, resourceServer: ids.labGateway, description: 'Use the gateway of the lab', dependents: [] }] })
    const answer = await lab.as(tokenOf(globus, 'ada@anl.gov'), whoami)
    expect(await answer.json()).toMatchObject({
      error: { code: 'unauthorized', message: expect.stringMatching(/^Could not recover dependent access token for groups\.api\.globus\.org\. /) as string },
      code: 'ConsentRequired',
      authorization_parameters: { required_scopes: [`${ids.labScope}[urn:globus:auth:scope:groups.api.globus.org:view_my_groups_and_memberships]`] },
    })
  })

  it('without a token is told in the words of FIRST', async () => {
    const answer = await fetch(`${lab.origin}${whoami}`)
    const text = "Error: Missing ('Authorization': 'Bearer <your-access-token>') in request headers."
    expect(await answer.json()).toMatchObject({ detail: text, error: { code: 'unauthorized', message: text }, code: 'AuthorizationRequired' })
  })
})

describe('a Globus that is not well', () => {
  const faults = [{ kind: 'reset' }, { kind: 'malformed' }, { kind: 'status', status: 500, body: 'oh' }, { kind: 'status', status: 429, body: {} }, { kind: 'status', status: 200, body: { active: 'perhaps' } }] as const
  const routes = [['auth', introspection, 'Could not introspect token'], ['auth', 'POST /v2/oauth2/token', 'Could not recover dependent'], ['groups', groupsRoute, 'Could not recover user group']] as const

  it.each(routes.flatMap(([service, route, text]) => faults.map((fault) => ({ service, route, text, fault }))))('$route with $fault.kind is no verdict on the caller, and is asked again soon', async ({ service, route, text, fault }) => {
    const token = tokenOf(globus, 'ada@anl.gov')
    globus.faults.once(service, route, fault)
    const answer = await lab.as(token, whoami)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await errorOf(answer)).toMatchObject({ code: 'globus_unreachable', message: expect.stringContaining(text) as string })
    globus.clock.advance({ seconds: 5 })
    expect(await statusOf(token)).toBe(200)
  })

  it('that does not know the gateway is the business of its owner, and the log says so', async () => {
    lab = await replaced({ secret: 'wrong-secret' })
    expect(await errorOf(await lab.as(tokenOf(globus, 'ada@anl.gov'), whoami))).toMatchObject({ status: 503, code: 'globus_unreachable', message: expect.stringContaining('refused the credentials of this gateway') as string })
    expect(lab.lines.join('\n')).toContain('refused the credentials of this gateway')
  })

  it('lets nobody in on an answer that is old', async () => {
    const token = tokenOf(globus, 'ada@anl.gov')
    expect(await statusOf(token)).toBe(200)
    globus.faults.set('auth', introspection, { kind: 'reset' })
    globus.clock.advance({ seconds: 31 })
    expect(await statusOf(token)).toBe(503)
    expect((await lab.get(whoami)).status).toBe(200)
  })
})

describe('a clock that is wrong by an hour', () => {
  it.each([1, -1])('keeps nobody out and lets nobody stay: %i', async (hours) => {
    lab = await replaced({ clockOffByMs: hours * 3_600_000 })
    const token = tokenOf(globus, 'ada@anl.gov')
    expect(await statusOf(token)).toBe(200)
    globus.auth.tokens.revokeAll('ada@anl.gov')
    globus.clock.advance({ seconds: 31 })
    expect(await statusOf(token)).toBe(401)
  })
})

describe('a clock that is wrong by more than a token lives', () => {
  it('refuses as FIRST does, and the log says what may be the matter', async () => {
    lab = await replaced({ clockOffByMs: 49 * 3_600_000 })
    const token = tokenOf(globus, 'ada@anl.gov')
    expect(await errorOf(await lab.as(token, whoami))).toMatchObject({ status: 401, message: 'Access token expired.' })
    expect(lab.lines.join('\n')).toContain('expired by the clock of this machine')
  })
})

describe('secrets', () => {
  it('stand in no log, answer or record, whatever goes wrong', async () => {
    const tokens = [tokenOf(globus, 'ada@anl.gov'), tokenOf(globus, 'linus@orcid.org')]
    const seen: string[] = []
    for (const fault of [undefined, { kind: 'reset' }, { kind: 'malformed' }] as const) {
      globus.faults.set('auth', introspection, fault)
      for (const token of tokens) seen.push(await (await lab.as(token, whoami)).text())
      globus.clock.advance({ seconds: 61 })
    }
    seen.push(...lab.lines, JSON.stringify(lab.outcomes), JSON.stringify(lab.refused()))
    const all = seen.join('\n')
    for (const secret of [...tokens, ids.labSecret, Buffer.from(`${ids.labGateway}:${ids.labSecret}`).toString('base64')]) expect(all).not.toContain(secret)
  })
})

async function replaced(options: Partial<Parameters<typeof startLab>[0]>): Promise<Lab> {
  await lab.close()
  return startLab({ globus, ...options })
}
