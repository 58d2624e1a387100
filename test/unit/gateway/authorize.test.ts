import { configSchema, type Config } from '@shared/config/schema'
import type { Identity } from '@shared/domain/identity'
import { createAuthorize, grantOf, type AccessRules } from '@main/gateway/authorize'
import { describe, expect, test } from 'vitest'

const staff = '7fae3f2c-1111-4222-8333-944455556666'
const other = '00000000-1111-4222-8333-944455556666'
const owner: Identity = { kind: 'owner', id: 'owner', name: 'owner' }
const key = (extra: Partial<Identity> = {}): Identity => ({ kind: 'key', id: 'key-1', name: 'a colleague', ...extra })

const rules = (config: { access?: object; clusters?: Readonly<Record<string, object>> }): AccessRules => ({
  access: configSchema.parse({ access: config.access ?? {} }).access,
  clusters: configSchema.parse({ clusters: Object.entries(config.clusters ?? {}).map(([name, access]) => ({ name, kind: 'direct', url: 'http://127.0.0.1:1/v1', access })) }).clusters,
})
const isLetIn = (access: object, identity: Identity): boolean => {
  try {
    grantOf(rules({ access }), identity)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'access_denied', kind: { status: 403 } })
    return false
  }
}
const seen = (config: Parameters<typeof rules>[0], identity: Identity): string[] => {
  const grant = grantOf(rules(config), identity)
  return ['lab/llama', 'lab/gpt', 'alcf/llama'].filter((place) => {
    const [cluster = '', model = ''] = place.split('/')
    return grant.allows({ cluster, model })
  })
}
const everything = ['lab/llama', 'lab/gpt', 'alcf/llama']

describe('without rules', () => {
  test('whoever has a key uses everything, and only the owner is an administrator', () => {
    expect(seen({}, key())).toEqual(everything)
    expect([owner, key(), key({ scopes: { isAdmin: true } })].map((identity) => grantOf(rules({}), identity).isAdmin)).toEqual([true, false, true])
  })
})

describe("the gateway's own rule", () => {
  test.each<[string, object, Partial<Identity>, boolean]>([
    ['an empty list asks for nothing', { identities: [], domains: [], groups: [] }, {}, true],
    ['a key by its name', { identities: ['a colleague'] }, {}, true],
    ['a key by its name, which has upper and lower case', { identities: ['A Colleague'] }, {}, false],
    ['another key', { identities: ['a colleague'] }, { name: 'a stranger' }, false],
    ['a person by username', { identities: ['Ada@anl.gov'] }, { username: 'ada@ANL.gov' }, true],
    ['a person of the domain', { domains: ['anl.gov'] }, { username: 'ada@anl.gov' }, true],
    ['a person of a domain that only ends alike', { domains: ['anl.gov'] }, { username: 'ada@not-anl.gov' }, false],
    ['a key of nobody, where a domain is asked for', { domains: ['anl.gov'] }, {}, false],
    ['a member of one of the groups', { groups: [other, staff.toUpperCase()] }, { groups: [staff] }, true],
    ['a member of none', { groups: [staff] }, { groups: [other] }, false],
    ['a person of the domain and not of the group', { domains: ['anl.gov'], groups: [staff] }, { username: 'ada@anl.gov' }, false],
    ['a person of the group and not of the domain', { domains: ['anl.gov'], groups: [staff] }, { username: 'ada@uni.edu', groups: [staff] }, false],
    ['a person of both', { domains: ['anl.gov'], groups: [staff] }, { username: 'ada@anl.gov', groups: [staff] }, true],
    ['whoever is named, of whatever domain', { identities: ['a colleague'], domains: ['anl.gov'] }, {}, true],
    ['a person of the domain who is not named', { identities: ['somebody'], domains: ['anl.gov'] }, { username: 'ada@anl.gov' }, true],
    ['a key for administration', { identities: ['somebody'] }, { scopes: { isAdmin: true } }, true],
  ])('%s', (_what, access, identity, expected) => {
    expect(isLetIn(access, key(identity))).toBe(expected)
  })

  test('does not hold for the owner', () => {
    expect(isLetIn({ identities: ['somebody'] }, owner)).toBe(true)
  })

  test('says who was refused', () => {
    expect(() => grantOf(rules({ access: { domains: ['anl.gov'] } }), key({ username: 'ada@uni.edu' }))).toThrow('"ada@uni.edu" may not use this gateway')
  })
})

describe('rules of clusters and models', () => {
  test('of a cluster hide all of its models', () => {
    const config = { clusters: { lab: { identities: ['somebody'] }, alcf: { identities: ['a colleague'] } } }
    expect(seen(config, key())).toEqual(['alcf/llama'])
    expect(seen(config, owner)).toEqual(everything)
  })

  test('of a model hold on every cluster, and patterns hold too', () => {
    expect(seen({ access: { models: { llama: { identities: ['somebody'] } } } }, key())).toEqual(['lab/gpt'])
    expect(seen({ access: { models: { 'g*': { identities: ['somebody'] } } } }, key())).toEqual(['lab/llama', 'alcf/llama'])
    expect(seen({ access: { models: { '*': { identities: ['a colleague'] }, gpt: { identities: ['somebody'] } } } }, key())).toEqual(['lab/llama', 'alcf/llama'])
  })

  test('hold for a key for administration too', () => {
    expect(seen({ clusters: { lab: { identities: ['somebody'] } } }, key({ scopes: { isAdmin: true } }))).toEqual(['alcf/llama'])
  })
})

describe('what a key is for', () => {
  test.each<[object, string[]]>([
    [{ models: ['llama'] }, ['lab/llama', 'alcf/llama']],
    [{ models: ['l*', 'gpt'], clusters: ['lab'] }, ['lab/llama', 'lab/gpt']],
    [{ clusters: ['al*'] }, ['alcf/llama']],
    [{ models: [] }, []],
    [{ clusters: [] }, []],
  ])('%j', (scopes, expected) => {
    expect(seen({}, key({ scopes }))).toEqual(expected)
  })

  test('never allows what the rules forbid', () => {
    expect(seen({ access: { models: { llama: { identities: ['somebody'] } } } }, key({ scopes: { models: ['llama', 'gpt'] } }))).toEqual(['lab/gpt'])
  })
})

describe('grants', () => {
  test('are kept until the rules change', () => {
    let config: Config = configSchema.parse({ access: {} })
    const authorize = createAuthorize({ config: () => ({ ...config }) })
    const identity = key()
    const first = authorize(identity)
    expect(authorize(identity)).toBe(first)
    expect(authorize(key())).not.toBe(first)
    config = configSchema.parse({ access: { models: { llama: { identities: ['somebody'] } } } })
    expect(authorize(identity).allows({ cluster: 'lab', model: 'llama' })).toBe(false)
    config = configSchema.parse({ access: { identities: ['somebody'] } })
    expect(() => authorize(identity)).toThrow('may not use this gateway')
    config = configSchema.parse({})
    expect(authorize(identity).allows({ cluster: 'lab', model: 'llama' })).toBe(true)
  })

  test('answer the same the second time, and after thousands of other models', () => {
    const grant = grantOf(rules({ access: { models: { 'secret-*': { identities: ['somebody'] } } } }), key())
    const ask = (model: string): boolean => grant.allows({ cluster: 'lab', model })
    for (let round = 0; round < 2; round++) {
      expect([ask('secret-1'), ask('open')]).toEqual([false, true])
      for (let index = 0; index < 5000; index++) expect(ask(`secret-${index}`)).toBe(false)
    }
  })
})

describe('the rule of a deployment', () => {
  const { access, clusters } = configSchema.parse({
    clusters: [
      { name: 'lab', kind: 'slurm', deployments: [{ model: 'llama', framework: 'vllm', access: { groups: [staff] } }, { model: 'gpt', framework: 'vllm' }] },
      { name: 'alcf', kind: 'first', url: 'http://127.0.0.1:1/resource_server' },
    ],
  })
  const allowed = (identity: Identity): boolean[] => {
    const grant = grantOf({ access, clusters }, identity)
    return [['lab', 'llama'], ['lab', 'gpt'], ['alcf', 'llama']].map(([cluster = '', model = '']) => grant.allows({ cluster, model }))
  }

  test('holds for that model on that cluster, and for nothing else', () => {
    expect(allowed(key())).toEqual([false, true, true])
    expect(allowed(key({ groups: [staff] }))).toEqual([true, true, true])
    expect(allowed(owner)).toEqual([true, true, true])
  })
})
