import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { authorizeUrl } from '@main/identity/globus/authorize-url'
import { readPastedCode } from '@main/identity/globus/pasted-code'
import { createPkce } from '@main/identity/globus/pkce'
import { joinScopes } from '@main/identity/globus/scopes'
import { serviceUrls } from '@main/identity/globus/service-urls'
import { createSiteBook, loadSitePresets } from '@main/identity/globus/sites'
import { readTokenAnswer } from '@main/identity/globus/token-answer'
import { isSafeUrl } from '@shared/safe-url'

describe('the page of Globus that a browser opens', () => {
  const request = { clientId: 'client', redirectUri: 'http://127.0.0.1:9', scopes: ['openid', 'a'], state: 's', challenge: 'c', session: {}, label: 'FIRST Desktop' }

  it('is asked for what the contract requires, and no more', () => {
    const url = new URL(authorizeUrl('https://auth.globus.org', request))
    expect(url.origin + url.pathname).toBe('https://auth.globus.org/v2/oauth2/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({ client_id: 'client', redirect_uri: 'http://127.0.0.1:9', scope: 'openid a', state: 's', response_type: 'code', code_challenge: 'c', code_challenge_method: 'S256', access_type: 'offline', prefill_named_grant: 'FIRST Desktop' })
  })

  it('is told what a refusal asked for, lists between commas', () => {
    const { searchParams } = new URL(authorizeUrl('https://auth.globus.org', { ...request, session: { isFresh: true, policies: ['p', 'q'], domains: ['anl.gov'], identities: ['i'], needsMfa: true, message: 'Again' } }))
    expect(Object.fromEntries(searchParams)).toMatchObject({ prompt: 'login', session_required_policies: 'p,q', session_required_single_domain: 'anl.gov', session_required_identities: 'i', session_required_mfa: 'true', session_message: 'Again' })
  })
})

describe('the proof of a code', () => {
  it('is a verifier of 43 signs, another each time, and its SHA-256', () => {
    const [one, other] = [createPkce(), createPkce()]
    expect(one.verifier).toMatch(/^[A-Za-z0-9._~-]{43}$/)
    expect(one.challenge).toBe(createHash('sha256').update(one.verifier).digest('base64url'))
    expect(one.verifier).not.toBe(other.verifier)
  })
})

describe('what somebody pastes', () => {
  it('is a code, with the spaces that copying brings', () => {
    expect(readPastedCode('  AbC-123_x\n')).toEqual({ code: 'AbC-123_x' })
  })

  it('may be the address that the browser could not open', () => {
    expect(readPastedCode('http://127.0.0.1:4711/?code=abcd&state=st')).toEqual({ code: 'abcd', state: 'st' })
    expect(readPastedCode('http://127.0.0.1:4711/?error=access_denied&state=st')).toEqual({ error: 'access_denied', state: 'st' })
  })

  it.each(['', '  ', 'two words', 'https://auth.globus.org/', 'http://127.0.0.1/?code=a&code=b', 'http://127.0.0.1/?code=a&error=b', 'x'.repeat(9_000)])('is refused when it is neither: %j', (text) => {
    expect(readPastedCode(text)).toBeUndefined()
  })
})

describe('scopes to ask for', () => {
  it('are named once, one with dependents in place of the same without', () => {
    expect(joinScopes(['openid', 'a'], undefined, ['a', 'b'], ['b[*c]'])).toEqual(['openid', 'a', 'b[*c]'])
  })
})

describe('where Globus is', () => {
  it('is its public address, or what the environment names', () => {
    expect(serviceUrls({})).toMatchObject({ auth: 'https://auth.globus.org', transfer: 'https://transfer.api.globus.org' })
    expect(serviceUrls({ GLOBUS_SDK_SERVICE_URL_AUTH: 'http://127.0.0.1:9/' }).auth).toBe('http://127.0.0.1:9')
  })

  it.each(['http://auth.globus.org', 'ftp://x', 'nonsense', 'https://user:pw@auth.globus.org', 'http://127.0.0.1.evil.org'])('is refused where a token would go out in the open: %s', (url) => {
    expect(isSafeUrl(url)).toBe(false)
    expect(() => serviceUrls({ GLOBUS_SDK_SERVICE_URL_AUTH: url })).toThrow(/GLOBUS_SDK_SERVICE_URL_AUTH/)
  })
})

describe('sites', async () => {
  const presets = await loadSitePresets(resolve('resources/sites'))

  it('come with ALCF, by its public identifiers', () => {
    expect(presets['alcf']).toMatchObject({ clientId: '58fdd3bc-e1c3-4ce5-80ea-8d6b87cfb944', policies: ['83732ff2-9c42-4548-b5ce-17e498c84f6a'], ways: ['browser', 'paste'] })
  })

  it('of the configuration stand beside the presets, or in the place of one', () => {
    const { clientId, resourceServer, scope } = presets['alcf']!
    const own = { title: 'Mine', clientId, resourceServer, scope, moreScopes: [], policies: [], domains: [], ways: ['paste' as const] }
    const book = createSiteBook(presets, () => ({ lab: own, alcf: own }))
    expect(book.list().map(({ name, title, isPreset }) => [name, title, isPreset])).toEqual([['alcf', 'Mine', false], ['lab', 'Mine', false]])
    expect(() => book.get('nowhere')).toThrow('There is no site named nowhere')
  })
})

describe('an answer of the token endpoint', () => {
  const one = { access_token: 'Ag1', expires_in: 172_800, token_type: 'Bearer', scope: 'a b', resource_server: 'one' }

  it('is read by resource server, whatever the order', () => {
    const answer = readTokenAnswer({ ...one, refresh_token: 'Ar', state: 's', other_tokens: [{ ...one, resource_server: 'two', access_token: 'Ag2' }] })
    expect(answer?.tokens).toEqual([{ resourceServer: 'one', accessToken: 'Ag1', refreshToken: 'Ar', scopes: ['a', 'b'], expiresInS: 172_800 }, { resourceServer: 'two', accessToken: 'Ag2', scopes: ['a', 'b'], expiresInS: 172_800 }])
  })

  it('says whose it is where it holds an id_token', () => {
    const idToken = ['{}', JSON.stringify({ sub: 'me' }), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.')
    expect(readTokenAnswer({ ...one, id_token: idToken })?.sub).toBe('me')
    expect(readTokenAnswer({ ...one, id_token: 'garbage' })?.sub).toBeUndefined()
  })

  it.each([undefined, {}, { ...one, token_type: 'mac' }, { ...one, access_token: '' }, { ...one, access_token: 'two words' }, { ...one, expires_in: '1' }, { ...one, other_tokens: [{}] }])('is refused where it is none: %j', (json) => {
    expect(readTokenAnswer(json)).toBeUndefined()
  })
})
