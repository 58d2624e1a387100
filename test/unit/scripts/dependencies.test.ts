import { describe, expect, it } from 'vitest'
import { holdsWhatLockNames } from '../../../scripts/lib/dependencies.mjs'

const locked = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/fsevents': { version: '2.3.3', optional: true },
}

describe('an installed tree', () => {
  it('is what the lock file names when only optional packages are missing', () => {
    expect(holdsWhatLockNames(locked, { 'node_modules/zod': { version: '4.6.7' } })).toBe(true)
  })

  it('is not when a package is missing', () => {
    expect(holdsWhatLockNames(locked, {})).toBe(false)
  })

  it('is not when a package has another version, even an optional one', () => {
    expect(holdsWhatLockNames(locked, { 'node_modules/zod': { version: '4.6.6' } })).toBe(false)
    expect(holdsWhatLockNames(locked, { 'node_modules/zod': { version: '4.6.7' }, 'node_modules/fsevents': { version: '2.0.0' } })).toBe(false)
  })

  it('is not when it holds a package that the lock file does not know', () => {
    expect(holdsWhatLockNames(locked, { 'node_modules/zod': { version: '4.6.7' }, 'node_modules/extra': { version: '1.0.0' } })).toBe(false)
  })
})
