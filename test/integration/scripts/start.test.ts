import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ensureElectron } from '../../../scripts/lib/electron-runtime.mjs'
import { createFixtureProject, type FixtureProject, lockFile, outcomeOf } from './fixture-project'

const ready = 'FIRST Desktop is ready at http://127.0.0.1:3477/?code=abc\n'

describe('npm start without a display', () => {
  it('installs, builds and serves, with the ready line alone on stdout', async () => {
    const project = createFixtureProject()
    const { code, stdout, stderr } = await project.run('start', ['--exit', '3', '--port', '0'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: ready })
    expect(stderr).toMatch(/No display here[^]*Installing the dependencies[^]*Building the app[^]*asked: serve --exit 3 --port 0/)
  })

  it('does nothing twice', async () => {
    const project = createFixtureProject()
    await project.run('start', ['--exit', '0'])
    const { stdout, stderr } = await project.run('start', ['--exit', '0'])
    expect(stdout).toBe(ready)
    expect(stderr).not.toMatch(/Installing|Building/)
    expect(project.builds()).toBe(1)
  })

  it('fetches nothing of Electron', async () => {
    const project = createFixtureProject()
    const { stderr } = await project.run('start', ['--exit', '0'])
    expect(stderr).not.toContain('Electron')
    expect(existsSync(join(project.folder, 'cache', 'electron'))).toBe(false)
  })

  it('builds again when a source has changed or out/ is gone', async () => {
    const project = createFixtureProject()
    await project.run('start', ['--exit', '0'])
    project.write('src-main/app.ts', 'export {}')
    await project.run('start', ['--exit', '0'])
    expect(project.builds()).toBe(2)
    rmSync(join(project.folder, 'out'), { recursive: true })
    await project.run('start', ['--exit', '0'])
    expect(project.builds()).toBe(3)
  })

  it('builds again after a build that failed, and says what was wrong', async () => {
    const project = createFixtureProject()
    project.write('src-main/app.ts', 'broken')
    const failed = await project.run('start', ['--exit', '0'])
    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toMatch(/app\.ts:1 is broken[^]*✗ The build failed\./)
    project.write('src-main/app.ts', '')
    expect(await project.run('start', ['--exit', '0'])).toMatchObject({ code: 0, stdout: ready })
  })

  it('builds once when started twice at the same time', async () => {
    const project = createFixtureProject()
    const runs = await Promise.all([project.run('start', ['--exit', '0']), project.run('start', ['--exit', '0'])])
    expect(runs.map(({ stdout }) => stdout)).toEqual([ready, ready])
    expect(project.builds()).toBe(1)
  })

  it('takes what somebody installed by hand, and installs again when the lock file names something else', async () => {
    const project = createFixtureProject()
    await project.run('start', ['--exit', '0'])
    rmSync(join(project.folder, 'node_modules', '.first-desktop-setup.json'))
    expect((await project.run('start', ['--exit', '0'])).stderr).not.toContain('Installing')
    rmSync(join(project.folder, 'node_modules', '.package-lock.json'))
    project.write('package-lock.json', lockFile('1.2.4'))
    expect((await project.run('start', ['--exit', '0'])).stderr).toContain('package-lock.json has changed')
  })

  it('passes SIGTERM on and waits for the app to close', async () => {
    const project = createFixtureProject()
    const child = project.start('start', [])
    const outcome = outcomeOf(child)
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (text: string) => {
        if (text.includes('asked: serve')) resolve()
      })
    })
    child.kill('SIGTERM')
    const { code, stderr } = await outcome
    expect(code).toBe(0)
    expect(stderr).toContain('closed cleanly')
  })

  it('says that there is no network, in one sentence and with the log', async () => {
    const project = createFixtureProject()
    needRemotePackage(project)
    const port = await closedPort()
    const { code, stdout, stderr } = await project.run('start', [], {
      env: { npm_config_registry: `http://127.0.0.1:${port}/`, npm_config_cache: join(project.folder, 'npm-cache'), npm_config_fetch_retries: '0' },
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('✗ The npm registry cannot be reached.')
    expect(stderr).toContain(join(project.folder, 'cache', 'logs', 'npm-ci.log'))
  })
})

describe('npm start with a display', () => {
  it('opens the app in Electron with its arguments, and ends with its code', async () => {
    const { dist } = await ensureElectron()
    const project = createFixtureProject()
    const { code, stdout, stderr } = await project.run('start', ['--profile', 'x'], { display: true, env: { ELECTRON_OVERRIDE_DIST_PATH: dist } })
    expect(code, stderr).toBe(7)
    const told = JSON.parse(stdout) as unknown
    expect(told).toMatchObject({ name: 'fixture', version: '1.2.3', defaultApp: true })
    expect(told).toHaveProperty('args', expect.arrayContaining(['--profile', 'x']))
  }, 60_000)
})

/** Makes the fixture need a package that only a registry has. */
function needRemotePackage(project: FixtureProject): void {
  const dependencies = { 'a-remote-package': '1.0.0' }
  project.write('package.json', JSON.stringify({ name: 'fixture', version: '1.2.3', type: 'module', dependencies }))
  const packages = {
    '': { name: 'fixture', version: '1.2.3', dependencies },
    'node_modules/a-remote-package': { version: '1.0.0', integrity: `sha512-${Buffer.alloc(64).toString('base64')}` },
  }
  project.write('package-lock.json', JSON.stringify({ name: 'fixture', version: '1.2.3', lockfileVersion: 3, requires: true, packages }))
}

/** A port of loopback on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.')
  return address.port
}
