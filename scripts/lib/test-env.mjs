import { ensureChromium } from './chromium.mjs'
import { electronEnv, ensureElectron } from './electron-runtime.mjs'
import { say, SetupError } from './say.mjs'
import { ensureQuietPackages, ensureSystemPackages, sitePackages, testPackages } from './system-packages.mjs'

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

/** Readies a Slurm and an ssh server for the tests of sites; where it cannot, says so, and those tests say that they do not run. */
export async function readyForSites() {
  try {
    await ensureQuietPackages(sitePackages, 'the tests on a real Slurm and over ssh')
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(`• The tests on a real Slurm and over ssh do not run here. ${error.message}\n  ${error.wayForward}`)
  }
}
