import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLaunchOptions } from '@main/electron/launch-options'

describe('the flags of the desktop', () => {
  it('are read from among the switches that Chromium adds', () => {
    const args = ['--no-sandbox', '/app', '--user-data-dir=/elsewhere', '--data-dir', '/data', '--port=0', '--host', '127.0.0.1', '--devtools', '--inspect=0']
    expect(readLaunchOptions(args, {}, '/here')).toEqual({ dataDir: resolve('/data'), port: 0, host: '127.0.0.1', devTools: true })
  })

  it('beat the environment, which stands in for those not given', () => {
    const env = { FIRST_DESKTOP_DATA_DIR: '/of/env', FIRST_DESKTOP_CONFIG: 'site.yaml', FIRST_DESKTOP_PORT: '4000' }
    expect(readLaunchOptions(['--data-dir=/of/flag'], env, '/here')).toEqual({ dataDir: resolve('/of/flag'), configFile: resolve('/here/site.yaml'), port: 4000, devTools: false })
  })

  it('count as absent when they are empty', () => {
    expect(readLaunchOptions(['--data-dir='], { FIRST_DESKTOP_PORT: '' }, '/here')).toEqual({ devTools: false })
  })

  it.each(['abc', '-1', '65536', '80.5'])('refuse the port %s by name', (port) => {
    expect(() => readLaunchOptions([`--port=${port}`], {}, '/here')).toThrow(`The port "${port}" is not a number from 0 to 65535.`)
  })
})
