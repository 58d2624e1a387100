import { createVerify, createPublicKey, type JsonWebKey } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBrowser } from '../../doubles/globus/browse'
import { startGlobus, type Globus } from '../../doubles/globus/globus'
import { ids } from '../../doubles/globus/usual-world'
import { ada, adaAtAlcf, createClient, grace, redirectUri, send, tokenAnswer, tokenFor, withToken, type Client } from './globus-client'

let globus: Globus
let client: Client

beforeEach(async () => {
  globus = await startGlobus()
  client = createClient(globus)
})
afterEach(() => globus.close())

describe('signing in at the double of Globus', () => {
  test('gives a token for each resource server, with refresh tokens, the state and who it is', async () => {
    const tokens = await client.signIn(ada)
    expect([tokens, ...tokens.other_tokens].map(({ resource_server, state }) => [resource_server, state])).toEqual([
      [ids.gateway, 'state-1'],
      ['auth.globus.org', 'state-1'],
    ])
    expect(tokens).toMatchObject({ expires_in: 172_800, token_type: 'Bearer', scope: ids.gatewayScope })
    const me = await send(`${globus.url.auth}/v2/oauth2/userinfo`, withToken(tokenFor(tokens, 'auth.globus.org').access_token))
    expect(me.body).toMatchObject({ sub: ids.ada, preferred_username: 'ada@anl.gov', email: 'ada@anl.gov', identity_provider_display_name: 'Argonne National Laboratory' })
  })

  test('signs the id token with the key that it publishes', async () => {
    const { id_token: idToken = '' } = await client.signIn(ada)
    const [header = '', claims = '', signature = ''] = idToken.split('.')
    const { body } = await send(`${globus.url.auth}/jwk.json`)
    const { keys } = body as { keys: JsonWebKey[] }
    expect(createVerify('RSA-SHA512').update(`${header}.${claims}`).verify(createPublicKey({ key: keys[0]!, format: 'jwk' }), signature, 'base64url')).toBe(true)
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: 'https://auth.globus.org', aud: ids.nativeClient, sub: ids.ada })
  })

  test('gives no refresh token where offline access was not asked for', async () => {
    const { refresh_token: refreshToken } = await client.signIn(ada, { access_type: 'online' })
    expect(refreshToken).toBeUndefined()
  })

  test('tells the client of a denial, with its state', async () => {
    const back = await createBrowser().authorize(client.authorizeUrl(), { ...ada, decision: 'Deny' })
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 'state-1' })
  })

  test('shows the code on its own page where there is no port to call back at', async () => {
    const publicPage = 'https://auth.globus.org/v2/web/auth-code'
    const back = await createBrowser().authorize(client.authorizeUrl({ redirect_uri: publicPage }), ada)
    expect(back.origin).toBe(globus.url.auth)
    const page = await createBrowser().open(back.toString())
    const [, shown = ''] = /id="code"[^>]*value="([^"]+)"/.exec(page.text) ?? []
    expect((await client.exchange(shown, { redirect_uri: publicPage })).status).toBe(200)
  })

  test.each(['https://evil.example/', 'http://127.0.0.1.evil.example:80', 'http://localhost:5000/callback', 'http://10.0.0.1:5000', 'http://user@localhost:5000', ''])('shows a page and redirects nowhere for the address %s', async (address) => {
    const answer = await fetch(client.authorizeUrl({ redirect_uri: address }), { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
  })

  test.each(['http://localhost:1', 'http://127.0.0.1:65535', 'http://localhost:8080/'])('takes the loopback address %s', async (address) => {
    expect((await createBrowser().authorize(client.authorizeUrl({ redirect_uri: address }), ada)).searchParams.has('code')).toBe(true)
  })

  test.each([
    ['no challenge', { code_challenge: '' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a scope that does not exist', { scope: 'openid nonsense' }, 'invalid_scope'],
    ['brackets that do not pair', { scope: 'openid[profile' }, 'invalid_scope'],
    ['a policy that does not exist', { session_required_policies: ids.gateway }, 'invalid_request'],
    ['a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
  ])('sends %s back as an error', async (_name, query, error) => {
    const { headers, status } = await fetch(client.authorizeUrl(query), { redirect: 'manual' })
    const back = new URL(headers.get('location') ?? '')
    expect([status, back.origin, back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([303, redirectUri, error, 'state-1'])
  })

  test('escapes what the client says on its pages', async () => {
    const page = await createBrowser().open(client.authorizeUrl({ session_message: '<script>alert(1)</script>' }))
    expect(page.text).not.toContain('<script>')
    expect(page.text).toContain('alert(1)')
  })

  test('keeps a sign-in to the browser that began it', async () => {
    const page = await createBrowser().open(client.authorizeUrl())
    expect((await fetch(page.url)).status).toBe(404)
  })
})

describe('a code of the double', () => {
  test('is good once', async () => {
    const code = await client.codeFor(ada)
    expect((await client.exchange(code)).status).toBe(200)
    expect(await client.exchange(code)).toMatchObject({ status: 401, body: { error: 'invalid_grant', errors: [{ status: '401', code: 'INVALID_GRANT' }] } })
  })

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect address', { redirect_uri: 'http://127.0.0.1:45679' }],
    ['another client', { client_id: ids.labClient }],
  ])('is refused, and spent, with %s', async (_name, wrong) => {
    const code = await client.codeFor(ada)
    expect(await client.exchange(code, wrong)).toMatchObject({ status: 401, body: { error: 'invalid_grant' } })
    expect((await client.exchange(code)).status).toBe(401)
  })

  test('expires after ten minutes', async () => {
    const code = await client.codeFor(ada)
    globus.clock.advance({ minutes: 10 })
    expect((await client.exchange(code)).status).toBe(401)
  })
})

describe('what a sign-in must have', () => {
  test('with prompt=login even who is signed in must sign in again', async () => {
    const browser = createBrowser()
    await client.signIn(ada, {}, browser)
    expect((await browser.open(client.authorizeUrl())).title).toBe('ALCF Inference would like to')
    expect((await browser.open(client.authorizeUrl({ prompt: 'login' }))).title).toBe('Log in to use ALCF Inference')
  })

  test('a domain: another identity is told so, and may be changed for the right one', async () => {
    const browser = createBrowser()
    const start = await browser.open(client.authorizeUrl({ session_required_single_domain: 'alcf.anl.gov', session_message: 'Use your ALCF account.' }))
    expect(start.text).toContain('Use your ALCF account.')
    expect(start.text).toMatch(/selected>Argonne LCF</)
    const wrong = await (await start.press('Continue', ids.providers.uchicago)).press('Log in as grace@uchicago.edu')
    expect([wrong.title, wrong.text.includes('An identity from alcf.anl.gov is required.')]).toEqual(['This identity does not do', true])
    const right = await (await (await wrong.press('Log in with another identity')).press('Continue', ids.providers.alcf)).press('Log in as ada@alcf.anl.gov')
    expect((await right.press('Allow')).url.searchParams.has('code')).toBe(true)
  })

  test('a policy: a sign-in of eight days ago does not do', async () => {
    const browser = createBrowser()
    await client.signIn(adaAtAlcf, {}, browser)
    globus.clock.advance({ days: 8 })
    const query = { session_required_policies: ids.policy }
    expect((await browser.open(client.authorizeUrl(query))).title).toBe('Log in to use ALCF Inference')
    await client.signIn(adaAtAlcf, query, browser)
    expect((await browser.open(client.authorizeUrl(query))).title).toBe('ALCF Inference would like to')
  })

  test('an identity by name, and a second factor', async () => {
    const page = await createBrowser().open(client.authorizeUrl({ session_required_identities: 'ada@alcf.anl.gov', session_required_mfa: 'true' }))
    const second = await (await page.press('Continue', ids.providers.alcf)).press('Log in as ada@alcf.anl.gov')
    expect(second.title).toBe('Second factor')
    expect((await second.press('Approve second factor')).title).toBe('ALCF Inference would like to')
  })

  test('nobody is signed in after logging out', async () => {
    const browser = createBrowser()
    await client.signIn(grace, {}, browser)
    expect((await browser.open(`${globus.url.auth}/v2/web/logout?redirect_uri=${encodeURIComponent('http://127.0.0.1:5000/')}`)).text).toContain('href="http://127.0.0.1:5000/"')
    expect((await browser.open(client.authorizeUrl())).title).toBe('Log in to use ALCF Inference')
  })
})

describe('tokens of the double', () => {
  test('are refreshed one resource server at a time, with no new refresh token', async () => {
    const { refresh_token: refreshToken } = tokenFor(await client.signIn(ada), ids.gateway)
    const { body } = await client.refresh(refreshToken)
    const fresh = tokenAnswer.parse(body)
    expect([fresh.resource_server, fresh.refresh_token, fresh.other_tokens]).toEqual([ids.gateway, undefined, []])
  })

  test('have their refresh token replaced where the service rotates them', async () => {
    globus.auth.rotatesRefreshTokens = true
    const { refresh_token: first } = tokenFor(await client.signIn(ada), ids.gateway)
    const { refresh_token: second = '' } = tokenAnswer.parse((await client.refresh(first)).body)
    expect([(await client.refresh(first)).status, (await client.refresh(second)).status]).toEqual([401, 200])
  })

  test('cannot be refreshed after six months without use, and can with use', async () => {
    const { refresh_token: refreshToken } = tokenFor(await client.signIn(ada), ids.gateway)
    globus.clock.advance({ days: 182 })
    expect((await client.refresh(refreshToken)).status).toBe(200)
    globus.clock.advance({ days: 182 })
    expect((await client.refresh(refreshToken)).status).toBe(200)
    globus.clock.advance({ days: 184 })
    expect((await client.refresh(refreshToken)).status).toBe(401)
  })

  test('are revoked one by one, by their own client', async () => {
    const tokens = tokenFor(await client.signIn(ada), ids.gateway)
    const revoke = (token: string, id: string) => client.postForm('/v2/oauth2/token/revoke', { token, client_id: id })
    const isActive = async () => (await client.asGateway('/v2/oauth2/token/introspect', { token: tokens.access_token })).body
    expect((await revoke(tokens.access_token, ids.labClient)).body).toEqual({ active: false })
    expect(await isActive()).toMatchObject({ active: true })
    await revoke(tokens.access_token, ids.nativeClient)
    expect(await isActive()).toEqual({ active: false })
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
    await revoke(tokens.refresh_token, ids.nativeClient)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(401)
  })
})
