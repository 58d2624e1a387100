import { describe, expect, it } from 'vitest'
import { placeInRuntime } from '../../../scripts/lib/electron-assembly.mjs'
import { electronEnv } from '../../../scripts/lib/electron-runtime.mjs'

describe('what goes into the assembled runtime', () => {
  it('is Electron itself, under its own name', () => {
    expect(placeInRuntime('Cypress/Cypress')).toBe('electron')
    expect(placeInRuntime('Cypress/locales/en-US.pak')).toBe('locales/en-US.pak')
  })

  it.each(['Cypress/resources/app/index.js', 'Cypress/browser_v8_context_snapshot.bin', 'Cypress/locales/', 'elsewhere/file'])('is not %s', (entry) => {
    expect(placeInRuntime(entry)).toBeUndefined()
  })
})

describe('the variables of a runtime', () => {
  it('point at one that is not the official', () => {
    expect(electronEnv({ kind: 'assembled', dist: '/cache/e', executable: '/cache/e/electron' })).toEqual({
      ELECTRON_OVERRIDE_DIST_PATH: '/cache/e',
      ELECTRON_EXEC_PATH: '/cache/e/electron',
    })
  })

  it('are none for the official one, which everything finds', () => {
    expect(electronEnv({ kind: 'official', dist: '/n/dist', executable: '/n/dist/electron' })).toEqual({})
  })
})
