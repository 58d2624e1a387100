import { ensureChromium } from './chromium.mjs'
import { electronEnv, ensureElectron } from './electron-runtime.mjs'
import { say } from './say.mjs'
import { ensureSystemPackages, testPackages } from './system-packages.mjs'

/**
 * Readies what opens windows in tests and benchmarks, and gives the variables by which they find it:
 * FIRST_DESKTOP_CHROMIUM, and those of `electronEnv`.
 * @returns {Promise<Record<string, string>>}
 */
export async function readyForTests() {
  await ensureSystemPackages(testPackages, 'the tests')
  const runtime = await ensureElectron()
  say(`• Electron for the tests: ${runtime.dist} (${runtime.kind})`)
  return { ...electronEnv(runtime), FIRST_DESKTOP_CHROMIUM: await ensureChromium() }
}
