import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FirstError } from '@shared/errors'
import { readGare } from '@shared/globus/gare'
import { admit, isStillAdmitted, requireOwn } from '@main/identity/introspection/admission'
import { clientId, facts, groups, nowS, policy, rules } from './facts'

/** Who is let in as, or FIRST's text. */
function verdict(...given: Parameters<typeof admit>): string {
  try {
    return admit(...given).identity.username
  } catch (cause) {
    return cause instanceof FirstError ? cause.message : String(cause)
  }
}
const refusal = (work: () => unknown): FirstError => {
  try {
    work()
  } catch (cause) {
    if (cause instanceof FirstError) return cause
  }
  throw new Error('it was let in')
}

const texts = {
  expired: /^Access token expired\.$/,
  session: /^Error: Could not inspect session info: /,
  domain: /^Error: Permission denied\. Must authenticate with anl\.gov, alcf\.anl\.gov\. Currently authenticated as /,
  policy: /^Error: Permission denied from internal policies\. This is likely due to a high-assurance timeout\. /,
  policyCount: /^Error: Some Globus policies could not be passed to the introspect API call\.$/,
  domainGroups: /^Error: Permission denied\. User \(.+ - .+\) not part of the Globus Groups applied for .+\.$/,
  groups: /^Error: User is not a member of an allowed Globus Group\.$/,
  username: /^Username .+ includes non-authorized characters\.$/,
}

describe('ten people before three gateways', () => {
  const open = rules({})
  const strict = rules({ policies: [policy], allowedGroups: [groups.users] })
  const mixed = rules({ groupsPerDomain: { 'anl.gov': [groups.physics] }, serviceAccounts: ['robot@clients.auth.globus.org'], policies: [policy] })
  const passed = { [policy]: true }
  const failed = { [policy]: false }

  const people = {
    'of Argonne, in both groups': facts({ signedIn: ['ada@anl.gov'], groups: [groups.users, groups.physics], policies: passed }),
    'of Argonne, in the users': facts({ signedIn: ['bob@anl.gov'], groups: [groups.users], policies: passed }),
    'of ALCF, in no group': facts({ signedIn: ['cleo@alcf.anl.gov'], policies: passed }),
    'of Chicago, in both groups': facts({ signedIn: ['dan@uchicago.edu'], groups: [groups.users, groups.physics], policies: passed }),
    'of Chicago, who signed in at ALCF too': facts({ signedIn: ['eve@uchicago.edu', 'eve@alcf.anl.gov'], groups: [groups.users], policies: passed }),
    'of Argonne by a link only': facts({ signedIn: ['fred@uchicago.edu'], linked: ['fred@anl.gov'], groups: [groups.users], policies: passed }),
    'whose session is too old': facts({ signedIn: ['gail@anl.gov'], groups: [groups.users, groups.physics], policies: failed }),
    'who has no session': facts({ signedIn: [], groups: [groups.users], policies: passed }),
    'a program that is named': facts({ signedIn: [], groups: [groups.users], token: { username: 'robot@clients.auth.globus.org', name: 'Robot', client_id: 'id-robot' } }),
    'whose token is over': facts({ signedIn: ['ivy@anl.gov'], groups: [groups.users, groups.physics], policies: passed, token: { exp: nowS } }),
  }
  it.each<[keyof typeof people, string | RegExp, string | RegExp, string | RegExp]>([
    ['of Argonne, in both groups', 'ada@anl.gov', 'ada@anl.gov', 'ada@anl.gov'],
    ['of Argonne, in the users', 'bob@anl.gov', 'bob@anl.gov', texts.domainGroups],
    ['of ALCF, in no group', 'cleo@alcf.anl.gov', texts.groups, 'cleo@alcf.anl.gov'],
    ['of Chicago, in both groups', texts.domain, texts.domain, /Must authenticate with alcf\.anl\.gov, or providers with approved projects\./],
    ['of Chicago, who signed in at ALCF too', 'eve@alcf.anl.gov', 'eve@alcf.anl.gov', 'eve@alcf.anl.gov'],
    ['of Argonne by a link only', texts.domain, texts.domain, /Currently authenticated as Name of fred@uchicago\.edu \(fred@uchicago\.edu\)\./],
    ['whose session is too old', 'gail@anl.gov', texts.policy, texts.policy],
    ['who has no session', /Currently authenticated as Unknown \(no active session found\)\./, texts.domain, /Must authenticate with/],
    ['a program that is named', texts.domain, texts.domain, 'robot@clients.auth.globus.org'],
    ['whose token is over', texts.expired, texts.expired, texts.expired],
  ])('somebody %s', (who, byOpen, byStrict, byMixed) => {
    for (const [given, expected] of [[open, byOpen], [strict, byStrict], [mixed, byMixed]] as const) {
      if (typeof expected === 'string') expect(verdict(given, people[who], nowS)).toBe(expected)
      else expect(verdict(given, people[who], nowS)).toMatch(expected)
    }
  })
})

describe('the order of checks', () => {
  it('tells of the first that fails, whatever else would', () => {
    const flags = fc.record({ isExpired: fc.boolean(), isService: fc.boolean(), isElsewhere: fc.boolean(), isOld: fc.boolean(), lacksDomainGroup: fc.boolean(), lacksGroup: fc.boolean(), isOdd: fc.boolean() })
    fc.assert(
      fc.property(flags, ({ isExpired, isService, isElsewhere, isOld, lacksDomainGroup, lacksGroup, isOdd }) => {
        const domain = isElsewhere ? 'uchicago.edu' : 'anl.gov'
        const username = `${isOdd ? '<ada>' : 'ada'}@${domain}`
        const given = rules({ policies: [policy], groupsPerDomain: lacksDomainGroup ? { 'anl.gov': [groups.physics], 'uchicago.edu': [groups.physics] } : {}, allowedGroups: lacksGroup ? [groups.physics] : [groups.users], serviceAccounts: isService ? [username] : [] })
        const somebody = facts({ signedIn: [username], groups: [groups.users], policies: { [policy]: !isOld }, token: { exp: isExpired ? nowS - 1 : nowS + 1 } })
        const inOrder: readonly (readonly [boolean, RegExp])[] = [
          [isExpired, texts.expired],
          [isElsewhere && !isService, /Must authenticate with/],
          [isOld && !isService, texts.policy],
          [lacksDomainGroup, texts.domainGroups],
          [lacksGroup, texts.groups],
          [isOdd, texts.username],
        ]
        const [, expected] = inOrder.find(([fails]) => fails) ?? []
        if (expected === undefined) expect(verdict(given, somebody, nowS)).toBe(username)
        else expect(verdict(given, somebody, nowS)).toMatch(expected)
      }),
    )
  })

  it('lets nobody in whose policies were not all evaluated, by their own ids', () => {
    const other = '0b9d7e0c-51d8-4b1f-9f36-2f2f0f6a1aff'
    const given = rules({ policies: [policy] })
    expect(verdict(given, facts({ signedIn: ['ada@anl.gov'] }), nowS)).toMatch(texts.policyCount)
    expect(verdict(given, facts({ signedIn: ['ada@anl.gov'], policies: { [policy]: true, [other]: true } }), nowS)).toMatch(texts.policyCount)
    expect(verdict(given, facts({ signedIn: ['ada@anl.gov'], policies: { [other]: true } }), nowS)).toMatch(texts.policy)
  })

  it('cannot tell who it is where a session names no identity', () => {
    expect(verdict(rules({}), facts({ signedIn: ['ada@anl.gov'], token: { identity_set_detail: [] } }), nowS)).toMatch(texts.session)
    expect(verdict(rules({}), facts({ signedIn: ['ada@anl.gov'], token: { session_info: null } }), nowS)).toMatch(texts.session)
    expect(verdict(rules({}), facts({ signedIn: ['nobody'] }), nowS)).toMatch(texts.session)
  })
})

describe('who is let in', () => {
  it('is the identity that signed in where that is allowed, and not the one the token is of', () => {
    expect(admit(rules({}), facts({ signedIn: ['eve@uchicago.edu', 'eve@alcf.anl.gov'], groups: [groups.users] }), nowS)).toEqual({
      identity: { kind: 'globus', id: 'id-eve@alcf.anl.gov', name: 'Name of eve@alcf.anl.gov', username: 'eve@alcf.anl.gov', domain: 'alcf.anl.gov', provider: { id: 'idp-alcf.anl.gov', name: 'Provider alcf.anl.gov' }, groups: [groups.users] },
      signedInAtS: nowS - 101,
    })
  })

  it('goes on as such for as long as the rules would let them in', () => {
    const { identity } = admit(rules({}), facts({ signedIn: ['ada@anl.gov'], groups: [groups.users] }), nowS)
    expect(isStillAdmitted(rules({ allowedGroups: [groups.users] }), identity)).toBe(true)
    expect(isStillAdmitted(rules({ allowedGroups: [groups.physics] }), identity)).toBe(false)
    expect(isStillAdmitted(rules({ allowedDomains: ['uchicago.edu'] }), identity)).toBe(false)
    expect(isStillAdmitted(rules({ groupsPerDomain: { 'ANL.gov': [groups.physics] } }), identity)).toBe(false)
  })
})

describe('what goes with a refusal', () => {
  it('says what the next sign-in must ask of Globus', () => {
    const given = rules({ policies: [policy] })
    expect(refusal(() => admit(given, facts({ signedIn: ['ada@anl.gov'], policies: { [policy]: false } }), nowS)).beside).toEqual({ code: 'AuthorizationRequired', authorization_parameters: { session_required_policies: [policy], prompt: 'login' } })
    const { beside } = refusal(() => admit(given, facts({ signedIn: ['dan@uchicago.edu'] }), nowS))
    expect(beside).toMatchObject({ code: 'AuthorizationRequired', authorization_parameters: { session_required_single_domain: ['anl.gov', 'alcf.anl.gov'], session_required_policies: [policy], prompt: 'login' } })
    // As our own client reads it.
    expect(readGare(beside, 'The lab')).toMatchObject({ kind: 'identity_provider', sentence: 'The lab wants a sign-in with an account of anl.gov or alcf.anl.gov.' })
  })

  it('asks nothing of whom no sign-in helps', () => {
    expect(refusal(() => admit(rules({ allowedGroups: [groups.physics] }), facts({ signedIn: ['ada@anl.gov'] }), nowS)).beside).toBeUndefined()
  })

  it('asks for the scope of this gateway where a token was made for something else', () => {
    for (const token of [{ aud: ['another'] }, { scope: 'openid' }, { aud: null }]) {
      const error = refusal(() => requireOwn(rules({}), facts({ signedIn: ['ada@anl.gov'], token }).token))
      expect(error).toMatchObject({ code: 'unauthorized', beside: { code: 'ConsentRequired', authorization_parameters: { required_scopes: [`https://auth.globus.org/scopes/${clientId}/action_all`] } } })
      expect(error.message).toMatch(/^Token is either not active or invalid: /)
    }
    expect(() => requireOwn(rules({}), facts({ signedIn: ['ada@anl.gov'] }).token)).not.toThrow()
    expect(() => requireOwn(rules({ audience: 'another', scope: 'openid' }), facts({ signedIn: ['ada@anl.gov'], token: { aud: ['another'] } }).token)).not.toThrow()
  })
})
