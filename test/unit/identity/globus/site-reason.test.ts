import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { errorOfReason } from '@shared/globus/reason-error'
import { reasonOfSite } from '@shared/globus/site-reason'

const site = { title: 'ALCF', policies: ['83732ff2-9c42-4548-b5ce-17e498c84f6a'], domains: ['alcf.anl.gov', 'anl.gov'] }
const refusal = (message: string): string => JSON.stringify({ error: { code: 'unauthorized', message, info: {} } })
const read = (message: string) => reasonOfSite({ status: 401, body: refusal(message) }, site)

describe('what a FIRST site says of a token', () => {
  it.each([
    ['Permission denied from internal policies.', 'policy'],
    ['Must authenticate with alcf.anl.gov.', 'identity_provider'],
    ['Could not inspect session info.', 'sign_in'],
    ['User not part of the Globus Group restrictions of this model.', 'terminal'],
    ['IdP domain restrictions forbid this.', 'terminal'],
    ['User is not a member of the Globus Group.', 'not_member'],
    ['Could not introspect token.', 'transient'],
    ['Could not recover dependent token.', 'transient'],
    ['Could not recover user group memberships.', 'transient'],
    ['Token is not active or invalid.', 'sign_in'],
    ['Access token expired.', 'sign_in'],
  ] as const)('%s is %s, also when it was remembered', (message, kind) => {
    expect(read(message)).toMatchObject({ kind })
    expect(read(`Token introspection: ${message}`)).toEqual(read(message))
  })

  it('asks the next sign-in for the policies of the site, and for a fresh one', () => {
    expect(read('Permission denied from internal policies.')?.session).toEqual({ isFresh: true, policies: site.policies })
    expect(read('Must authenticate with anl.gov')?.session).toEqual({ isFresh: true, policies: site.policies, domains: site.domains })
  })

  it('takes what comes first in FIRST\'s order, where a message holds two of them', () => {
    expect(read('Permission denied from internal policies: not active or invalid')).toMatchObject({ kind: 'policy' })
  })

  it('renews a token that has ended, and one that is refused in words nobody knows, but no other', () => {
    expect(read('Token is not active or invalid')?.mayRenew).toBe(true)
    expect(read('Something new.')).toMatchObject({ kind: 'sign_in', mayRenew: true })
    expect(read('Permission denied from internal policies')?.mayRenew).toBeUndefined()
  })

  it('reads what older servers and a missing header say', () => {
    expect(reasonOfSite({ status: 401, body: '{"detail":"Access token expired."}' }, site)).toMatchObject({ kind: 'sign_in', mayRenew: true })
    expect(reasonOfSite({ status: 400, body: '{"detail":"Error: Missing (\'Authorization\')"}' }, site)).toMatchObject({ kind: 'sign_in' })
    expect(reasonOfSite({ status: 401, body: '<html>no</html>' }, site)).toMatchObject({ kind: 'sign_in' })
  })

  it.each([200, 404, 422, 429, 500, 503])('is not told by a %i', (status) => {
    expect(reasonOfSite({ status, body: refusal('Access token expired') }, site)).toBeUndefined()
  })

  it('is not told by a 403 about a model', () => {
    expect(reasonOfSite({ status: 403, body: JSON.stringify({ error: { code: 'access_denied', message: 'Permission denied to gpt', info: {} } }) }, site)).toBeUndefined()
  })

  it('prefers the requirements that a gateway puts beside FIRST\'s words', () => {
    const body = JSON.stringify({ ...(JSON.parse(refusal('Permission denied from internal policies')) as object), code: 'AuthorizationRequired', authorization_parameters: { session_required_single_domain: ['anl.gov'] } })
    expect(reasonOfSite({ status: 401, body }, site)).toMatchObject({ kind: 'identity_provider', session: { domains: ['anl.gov'] } })
  })
})

describe('a reason as an error', () => {
  it.each([
    ['Permission denied from internal policies', 'sign_in_needed', 401],
    ['Must authenticate with', 'sign_in_needed', 401],
    ['not active or invalid', 'sign_in_needed', 401],
    ['Globus Group restrictions', 'access_denied', 403],
    ['not in the Globus Group', 'access_denied', 403],
    ['Could not introspect', 'upstream_unreachable', 502],
  ] as const)('%s is %s (%i)', (message, code, status) => {
    const reason = read(message)
    if (reason === undefined) throw new Error('no reason')
    const error = errorOfReason(reason, 'alcf')
    expect(error).toBeInstanceOf(FirstError)
    expect(error).toMatchObject({ code, kind: { status }, info: { site: 'alcf', reason } })
  })

  it('says in its own words what a script is to do, and when to ask again', () => {
    const [ended, unsure] = [read('Access token expired'), read('Could not introspect')]
    if (ended === undefined || unsure === undefined) throw new Error('no reason')
    expect(errorOfReason(ended, 'alcf').message).toContain('«first-desktop login alcf»')
    expect(errorOfReason(unsure, 'alcf').retryAfterS).toBe(60)
  })
})
