import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from '@shared/security'

const directives = (connect: readonly string[]): Map<string, string[]> =>
  new Map(contentSecurityPolicy({ connect }).split('; ').map((directive) => [directive.split(' ')[0] ?? '', directive.split(' ').slice(1)]))

describe('the policy of the window', () => {
  it('runs scripts of its own only: none inline, none evaluated', () => {
    expect(directives([]).get('default-src')).toEqual(["'none'"])
    expect(directives([]).get('script-src')).toEqual(["'self'"])
  })

  it('calls its own origin and what the host names', () => {
    expect(directives([]).get('connect-src')).toEqual(["'self'"])
    expect(directives(['http://127.0.0.1:*']).get('connect-src')).toEqual(["'self'", 'http://127.0.0.1:*'])
  })

  it('is in no frame and has none', () => {
    expect(directives([]).get('frame-src')).toEqual(["'none'"])
    expect(directives([]).get('frame-ancestors')).toEqual(["'none'"])
  })
})
