import { describe, expect, it } from 'vitest'
import { readGare } from '@shared/globus/gare'

const scope = 'urn:globus:auth:scope:transfer.api.globus.org:all[*https://auth.globus.org/scopes/1/data_access]'
const read = (body: unknown) => readGare(body, 'Transfer')

describe('an error that says what a sign-in must ask for', () => {
  it('has everything that the error names', () => {
    const authorization_parameters = { session_message: 'Again, please', session_required_identities: ['ada@anl.gov'], session_required_policies: ['p1', 'p2'], session_required_single_domain: ['anl.gov'], session_required_mfa: true, required_scopes: [scope], prompt: 'login' }
    expect(read({ code: 'AuthorizationRequired', authorization_parameters })).toMatchObject({
      kind: 'identity_provider',
      sentence: 'Transfer asks you to sign in as ada@anl.gov.',
      session: { message: 'Again, please', identities: ['ada@anl.gov'], policies: ['p1', 'p2'], domains: ['anl.gov'], needsMfa: true, isFresh: true },
      requiredScopes: [scope],
    })
  })

  it.each([
    ['a policy', { session_required_policies: 'p1,p2' }, 'policy', { policies: ['p1', 'p2'] }],
    ['a domain', { session_required_single_domain: ['anl.gov'] }, 'identity_provider', { domains: ['anl.gov'] }],
    ['an identity', { session_required_identities: 'ada@anl.gov' }, 'identity_provider', { identities: ['ada@anl.gov'] }],
    ['a second factor', { session_required_mfa: 'True' }, 'policy', { needsMfa: true }],
    ['a new sign-in', { prompt: 'login' }, 'sign_in', { isFresh: true }],
  ] as const)('about %s is of a kind of its own', (_what, authorization_parameters, kind, session) => {
    expect(read({ code: 'AuthorizationRequired', authorization_parameters })).toMatchObject({ kind, session })
  })

  it('that asks for an account of another domain names it, whatever policy stands beside', () => {
    const authorization_parameters = { session_required_single_domain: ['anl.gov', 'uchicago.edu'], session_required_policies: ['p1'], prompt: 'login' }
    expect(read({ code: 'AuthorizationRequired', authorization_parameters })).toEqual({ kind: 'identity_provider', sentence: 'Transfer wants a sign-in with an account of anl.gov or uchicago.edu.', session: { domains: ['anl.gov', 'uchicago.edu'], policies: ['p1'], isFresh: true } })
  })

  it.each([
    ['of its own', { code: 'ConsentRequired', authorization_parameters: { required_scopes: [scope] } }],
    ['inside a list of errors', { errors: [{ code: 'Other' }, { code: 'ConsentRequired', authorization_parameters: { required_scopes: [scope] } }] }],
    ['of Transfer', { code: 'ConsentRequired', message: 'Missing consent', required_scopes: [scope], request_id: 'x', resource: '/ls' }],
    ['with one scope', { code: 'ConsentRequired', required_scope: scope }],
    ['of Auth, for a dependent', { error: 'dependent_consent_required', errors: [{ unapproved_scopes: [scope] }] }],
    ['of Flows', { error: { code: 'CONSENT_REQUIRED', required_scope: scope } }],
    ['of Compute', { status: 'Failed', code: 'X', http_status_code: 403, reason: 'no', detail: { code: 'ConsentRequired', authorization_parameters: { required_scopes: [scope] } } }],
    ['in what FIRST adds to its own', { error: { code: 'unauthorized', message: 'no', info: { code: 'ConsentRequired', required_scopes: [scope] } } }],
  ])('about consent is found %s', (_where, body) => {
    expect(read(body)).toEqual({ kind: 'consent', sentence: 'Transfer needs your consent to one thing more.', requiredScopes: [scope] })
  })

  it.each([undefined, null, 'no', 7, [], {}, { error: 'invalid_grant' }, { code: 'ConsentDeclined' }, { authorization_parameters: {} }, { authorization_parameters: { session_required_policies: null } }, { errors: 'none' }, { authorization_parameters: { session_required_policies: [7] } }])('is not seen in %j', (body) => {
    expect(read(body)).toBeUndefined()
  })
})
