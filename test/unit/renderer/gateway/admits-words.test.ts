import { demandsOf } from '@renderer/features/gateway/keys/admits-words'
import { expect, test } from 'vitest'

const nothing: Parameters<typeof demandsOf>[0] = { domains: [], groupsPerDomain: {}, groups: [], policies: [], programs: [] }
const textsOf = (admits: Partial<typeof nothing>) => demandsOf({ ...nothing, ...admits }).map(({ name, text }) => `${name}: ${text}`)

test('whom a gateway lets in by Globus is said in the order in which it is checked', () => {
  expect(textsOf({ domains: ['anl.gov', 'uchicago.edu'], policies: ['p'], groupsPerDomain: { 'uchicago.edu': ['g'] }, groups: ['g', 'h'], programs: ['robot@clients.auth.globus.org'] })).toEqual([
    'Institutions: anl.gov, uchicago.edu',
    'Sign-in: As a policy of Globus asks',
    'From uchicago.edu: Members of one Globus group',
    'Groups: Members of one of 2 Globus groups',
    'Programs: robot@clients.auth.globus.org: by their own secret, whatever their institution and sign-in',
  ])
})

test('a gateway that names no institution says so', () => {
  expect(textsOf({ groups: ['g'] })).toEqual(['Institutions: Any that Globus knows', 'Groups: Members of one Globus group'])
})
