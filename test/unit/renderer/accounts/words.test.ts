import { describe, expect, it } from 'vitest'
import { demandsOf, timeLeftOf, wayFor } from '@renderer/features/accounts/words'

const hourMs = 3_600_000

describe('what a site demands', () => {
  it('is its own sentence, whose accounts it takes, and that it has a policy', () => {
    expect(demandsOf({ note: 'Bring your badge.', domains: ['anl.gov', 'alcf.anl.gov', 'lab.gov'], hasPolicy: true })).toEqual([
      'Bring your badge.',
      'Only accounts of anl.gov, alcf.anl.gov or lab.gov are let in.',
      expect.stringContaining('policy'),
    ])
  })

  it('is nothing where the site says nothing', () => {
    expect(demandsOf({ domains: [], hasPolicy: false })).toEqual([])
  })
})

describe('the way to sign in', () => {
  it('is a pasted code where the core has no browser to open, if the site takes one', () => {
    expect(wayFor({ ways: ['browser', 'paste'] }, false)).toBe('paste')
    expect(wayFor({ ways: ['browser'] }, false)).toBe('browser')
  })

  it('is the one that the site offers first where a browser opens', () => {
    expect(wayFor({ ways: ['browser', 'paste'] }, true)).toBe('browser')
    expect(wayFor({ ways: ['paste', 'browser'] }, true)).toBe('paste')
  })
})

describe('the time left of a grant', () => {
  it('says that it is renewed, where it is', () => {
    expect(timeLeftOf({ expiresAtMs: 5 * hourMs, isRenewed: true }, 0)).toEqual({ word: '5 h, then renewed', tone: 'plain' })
    expect(timeLeftOf({ expiresAtMs: 0, isRenewed: true }, hourMs)).toEqual({ word: 'renewed at the next use', tone: 'plain' })
  })

  it('warns in the last hour of one that ends', () => {
    expect(timeLeftOf({ expiresAtMs: 5 * hourMs, isRenewed: false }, 0).tone).toBe('plain')
    expect(timeLeftOf({ expiresAtMs: hourMs / 2, isRenewed: false }, 0)).toEqual({ word: '30 min, not renewed', tone: 'wait' })
    expect(timeLeftOf({ expiresAtMs: 0, isRenewed: false }, 0)).toEqual({ word: 'over', tone: 'wait' })
  })
})
