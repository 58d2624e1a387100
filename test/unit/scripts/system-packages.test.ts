import { describe, expect, it } from 'vitest'
import { aptFailure, missingFailure, missingPackages, testPackages } from '../../../scripts/lib/system-packages.mjs'

describe('the system packages', () => {
  it('are missing when none of their places exists', () => {
    const missing = missingPackages(testPackages, (file) => !file.includes('libgtk-3') && !file.endsWith('xauth'))
    expect(missing.map((each) => each.package)).toEqual(['libgtk-3-0', 'xauth'])
  })

  it('come with the exact command where we may not install them', () => {
    expect(missingFailure(['xvfb', 'xauth'], 'the tests', true)).toMatchObject({
      message: 'The system lacks what is needed for the tests: xvfb, xauth.',
      wayForward: 'Install it with: sudo apt-get update && sudo apt-get install -y --no-install-recommends xvfb xauth',
    })
  })

  it.each([
    ['E: You don\'t have enough free space in /var/cache/apt/archives/.', 'The disk is too full for the system packages.'],
    ['E: Could not get lock /var/lib/dpkg/lock-frontend', 'Another program is installing system packages.'],
    ['W: Failed to fetch http://debian  Could not resolve host', 'The servers of the system\'s packages cannot be reached.'],
    ['E: Unable to locate package xvfb', 'apt-get could not install the system packages.'],
  ])('fail with one clear sentence: %s', (output, message) => {
    expect(aptFailure(output, '/logs/apt.log').message).toBe(message)
  })
})
