import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aptFailure, holdServices, missingFailure, missingPackages, sitePackages, testPackages } from '../../../scripts/lib/system-packages.mjs'

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

  it('that are servers are looked for in sbin too', () => {
    const missing = missingPackages(sitePackages, (file) => ['/usr/sbin/slurmctld', '/usr/sbin/munged', '/usr/bin/ssh'].includes(file))
    expect(missing.map((each) => each.package)).toEqual(['slurm-wlm-torque', 'openssh-server'])
  })

  it('start no service where the owner has not said already what may start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'policy-'))
    const file = join(folder, 'policy-rc.d')
    const release = holdServices(file)
    expect(readFileSync(file, 'utf8')).toContain('exit 101')
    release()
    expect(existsSync(file)).toBe(false)

    writeFileSync(file, 'the owner\'s')
    holdServices(file)()
    expect(readFileSync(file, 'utf8')).toBe('the owner\'s')
    rmSync(folder, { recursive: true })
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
