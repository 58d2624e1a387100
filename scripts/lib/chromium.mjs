import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { cacheFolder, root } from './paths.mjs'
import { runQuietly } from './processes.mjs'
import { duration, say, SetupError } from './say.mjs'
import { canInstall, chromiumPackage, ensureSystemPackages } from './system-packages.mjs'
import { installed } from './tools.mjs'

const downloadTimeoutMs = 10 * 60_000

/**
 * The Chromium for the tests of the headless host: the one that is named or installed, else Debian's, else Playwright's own.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} its executable
 */
export async function ensureChromium(env = process.env) {
  const there = env.FIRST_DESKTOP_CHROMIUM ?? (await findChromium())
  if (there !== undefined) return there
  if (canInstall()) await ensureSystemPackages([chromiumPackage], 'the tests in a browser')
  else await downloadChromium()
  const fetched = await findChromium()
  if (fetched !== undefined) return fetched
  throw new SetupError('No Chromium was found for the tests in a browser.', 'Install one, name it in FIRST_DESKTOP_CHROMIUM, and run the command again.')
}

async function findChromium() {
  const { chromium } = await import('@playwright/test')
  return ['/usr/bin/chromium', chromium.executablePath()].find((file) => fs.existsSync(file))
}

async function downloadChromium() {
  say('• Fetching Chromium with Playwright')
  const startedAt = Date.now()
  const logFile = path.join(cacheFolder(), 'logs', 'chromium.log')
  const { code } = await runQuietly(process.execPath, [installed('@playwright/test/cli.js'), 'install', 'chromium'], { cwd: root, logFile, timeoutMs: downloadTimeoutMs })
  if (code === 0) return say(`  done in ${duration(Date.now() - startedAt)}`)
  const how = process.platform === 'linux' ? 'Install it (Debian: sudo apt-get install -y chromium) or' : 'Check the network, or install one and'
  throw new SetupError('Chromium, for the tests in a browser, could not be fetched.', `${how} name it in FIRST_DESKTOP_CHROMIUM. What happened is in ${logFile}.`)
}
