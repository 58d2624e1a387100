import { describe, expect, it } from 'vitest'
import { configSchema } from '@shared/config/schema'
import { bearerToken } from '@main/identity/introspection/bearer-token'
import { createPace } from '@main/identity/introspection/pace'
import { RecentMap } from '@main/identity/introspection/recent-map'
import { clientId, rules, scope } from './facts'

describe('the header of a token', () => {
  it('is exactly two words, of which the first is exactly Bearer', () => {
    expect(bearerToken(rules({}), { authorization: 'Bearer abc' })).toBe('abc')
    expect(() => bearerToken(rules({}), { authorization: 'bearer abc' })).toThrow('Authorization type should be Bearer.')
    for (const authorization of ['Bearer', 'Bearer a b']) expect(() => bearerToken(rules({}), { authorization })).toThrow('Error: Auth only allows header type Authorization: Bearer <token>.')
  })

  it('may be the one that clients of Anthropic send', () => {
    expect(bearerToken(rules({}), { 'x-api-key': 'abc' })).toBe('abc')
  })

  it('is missed in the words of FIRST, and as Globus says what is wanted', () => {
    const message = "Error: Missing ('Authorization': 'Bearer <your-access-token>') in request headers."
    expect(() => bearerToken(rules({}), {})).toThrow(expect.objectContaining({ message, beside: { detail: message, code: 'AuthorizationRequired', authorization_parameters: { required_scopes: [scope] } } }) as Error)
  })
})

describe('requests of one person', () => {
  it('are counted by the second, of each for itself, and the rest is told when to come back', () => {
    const pace = createPace()
    for (let count = 0; count < 10; count++) pace.take('ada', 'ada@anl.gov', 10, 5_000 + count)
    expect(() => pace.take('ada', 'ada@anl.gov', 10, 5_999)).toThrow(expect.objectContaining({ code: 'too_many_requests', retryAfterS: 1 }) as Error)
    expect(() => pace.take('bob', 'bob@anl.gov', 10, 5_999)).not.toThrow()
    expect(() => pace.take('ada', 'ada@anl.gov', 10, 6_000)).not.toThrow()
  })

  it('may be any number where there is no limit', () => {
    const pace = createPace()
    for (let count = 0; count < 100; count++) pace.take('ada', 'ada@anl.gov', 0, 5_000)
  })
})

describe('a map of what is recent', () => {
  it('forgets what is over, and where it is full what was not asked for longest', () => {
    const map = new RecentMap<number>(2)
    map.set('a', 1, 100)
    map.set('b', 2, 50)
    expect([map.get('a', 49), map.get('b', 49), map.get('b', 50)]).toEqual([1, 2, undefined])
    map.set('c', 3, 100)
    expect(map.get('a', 60)).toBe(1)
    map.set('d', 4, 100)
    expect([map.get('c', 60), map.get('a', 60), map.get('d', 60), map.size]).toEqual([undefined, 1, 4, 2])
  })
})

describe('access.globus of config.yaml', () => {
  const parse = (globus: object): unknown => configSchema.safeParse({ access: { globus: { clientId, clientSecret: '${env:SECRET}', ...globus } } }).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)

  it('takes the secret by reference only', () => {
    expect(parse({ clientSecret: 'hunter2', allowedDomains: ['anl.gov'] })).toEqual(['access.globus.clientSecret: a secret is named, not written here: use ${env:NAME} or ${secret:NAME}'])
  })

  it('does not let in everybody who has an account at Globus', () => {
    expect(parse({ serviceAccounts: ['robot@clients.auth.globus.org'] })).toEqual(['access.globus: name allowedDomains, allowedGroups or policies: without any of them everybody who has an account at Globus comes in'])
    expect(parse({ allowedDomains: ['anl.gov'] })).toBeUndefined()
  })

  it('believes what was found out for 30 seconds at most', () => {
    expect(parse({ allowedDomains: ['anl.gov'], cacheS: 31 })).toHaveLength(1)
  })
})
