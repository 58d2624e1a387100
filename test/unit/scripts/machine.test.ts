import { describe, expect, it } from 'vitest'
import { requireDisk } from '../../../scripts/lib/disk.mjs'
import { hasDisplay, withDisplay } from '../../../scripts/lib/display.mjs'
import { cacheFolder } from '../../../scripts/lib/paths.mjs'
import { sandboxState } from '../../../scripts/lib/sandbox.mjs'

describe('a display', () => {
  it('is there on Linux when X or Wayland says so', () => {
    expect(hasDisplay({ DISPLAY: ':0' }, 'linux')).toBe(true)
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true)
    expect(hasDisplay({ DISPLAY: '' }, 'linux')).toBe(false)
    expect(hasDisplay({}, 'linux')).toBe(false)
  })

  it('is always there on macOS and Windows', () => {
    expect(hasDisplay({}, 'darwin')).toBe(true)
    expect(hasDisplay({}, 'win32')).toBe(true)
  })

  it('is a virtual one for a command that needs it where there is none', () => {
    expect(withDisplay('node', ['a.mjs'], true)).toEqual(['node', ['a.mjs']])
    const [command, args] = withDisplay('node', ['a.mjs'], false)
    expect(command).toBe('xvfb-run')
    expect(args.slice(-2)).toEqual(['node', 'a.mjs'])
  })
})

describe('the cache folder', () => {
  it('is where the person says', () => {
    expect(cacheFolder({ env: { FIRST_DESKTOP_CACHE: '/var/fd' }, platform: 'linux', home: '/home/ada' })).toBe('/var/fd')
  })

  it('is the platform\'s own otherwise', () => {
    expect(cacheFolder({ env: {}, platform: 'linux', home: '/home/ada' })).toBe('/home/ada/.cache/first-desktop')
    expect(cacheFolder({ env: { XDG_CACHE_HOME: '/cache' }, platform: 'linux', home: '/home/ada' })).toBe('/cache/first-desktop')
    expect(cacheFolder({ env: { XDG_CACHE_HOME: 'relative' }, platform: 'linux', home: '/home/ada' })).toBe('/home/ada/.cache/first-desktop')
    expect(cacheFolder({ env: {}, platform: 'darwin', home: '/Users/ada' })).toBe('/Users/ada/Library/Caches/first-desktop')
  })
})

describe('the disk', () => {
  it('is refused when it cannot hold what is to come, with both sizes', () => {
    expect(() => requireDisk('/home', 2e9, 'the dependencies', () => 0.5e9)).toThrow(
      'There is too little disk space: 2.0 GB is needed for the dependencies and 0.5 GB is free at /home.',
    )
  })

  it('is taken when it has room', () => {
    expect(() => requireDisk('/home', 2e9, 'the dependencies', () => 2e9)).not.toThrow()
  })
})

describe('Chromium\'s sandbox', () => {
  const ordinary = { platform: 'linux', userId: 1000, userNamespaces: true, setuidHelper: false } as const

  it('is on for an ordinary user who may create user namespaces', () => {
    expect(sandboxState(ordinary)).toBe('on')
  })

  it('is off for root', () => {
    expect(sandboxState({ ...ordinary, userId: 0 })).toBe('off')
  })

  it('is blocked where namespaces are restricted, unless its helper is setuid root', () => {
    expect(sandboxState({ ...ordinary, userNamespaces: false })).toBe('blocked')
    expect(sandboxState({ ...ordinary, userNamespaces: false, setuidHelper: true })).toBe('on')
  })

  it('is no concern of ours on macOS', () => {
    expect(sandboxState({ ...ordinary, platform: 'darwin', userNamespaces: false })).toBe('on')
  })
})
