import { describe, expect, it } from 'vitest'
import { npmCommand, npmFailure } from '../../../scripts/lib/npm.mjs'

function failure(output: string, code = 1) {
  return npmFailure({ code, output }, 'install the dependencies', '/logs/npm-ci.log')
}

describe('a failure of npm', () => {
  it.each([
    ['npm error code ENOTFOUND\nnpm error getaddrinfo ENOTFOUND registry', 'The npm registry cannot be reached.'],
    ['npm error code EAI_AGAIN', 'The npm registry cannot be reached.'],
    ['npm error code ECONNREFUSED', 'The npm registry cannot be reached.'],
    ['npm error nospc ENOSPC: no space left on device, write', 'The disk filled up while npm was at work.'],
    ['npm error code EUSAGE\nnpm error Missing: left-pad@1.0.0 from lock file', 'package.json and package-lock.json do not agree.'],
    ['npm error code EACCES', 'npm may not write where it has to.'],
  ])('is told from what npm printed: %s', (output, message) => {
    expect(failure(output).message).toBe(message)
  })

  it('names the log and a way forward', () => {
    expect(failure('npm error code ENOTFOUND').wayForward).toMatch(/Check the network.*\/logs\/npm-ci\.log/)
  })

  it('says that npm is missing when it could not be started', () => {
    expect(failure('spawn npm ENOENT', 127).message).toBe('npm was not found.')
  })

  it('does not guess at what it does not know', () => {
    expect(failure('npm error something new').message).toBe('npm could not install the dependencies.')
  })
})

describe('the npm that is run', () => {
  it('is the one that started the script', () => {
    expect(npmCommand({ npm_execpath: '/opt/npm/bin/npm-cli.js' }, 'linux')).toMatchObject({ command: process.execPath, prefix: ['/opt/npm/bin/npm-cli.js'] })
  })

  it('is npm on the PATH when another package manager, or none, started the script', () => {
    expect(npmCommand({ npm_execpath: '/opt/yarn/yarn.js' }, 'linux')).toMatchObject({ command: 'npm', shell: false })
    expect(npmCommand({}, 'win32')).toMatchObject({ command: 'npm', shell: true })
  })
})
