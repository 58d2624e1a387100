import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './build.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { electronEnv, ensureElectron } from './electron-runtime.mjs'
import { root } from './paths.mjs'
import { runInSight, runNode } from './processes.mjs'
import { sandboxSwitches } from './sandbox.mjs'
import { electronPackages, ensureSystemPackages } from './system-packages.mjs'

/**
 * Opens the window and returns the app's exit code.
 * @param {readonly string[]} args of the app
 */
export async function launchWindow(args) {
  await ensureDependencies(root)
  const runtime = await windowRuntime()
  await ensureBuilt(root)
  return openInElectron(runtime, root, args)
}

/**
 * Serves without a window; the only line on stdout is the one that says where.
 * @param {readonly string[]} args of `first-desktop serve`
 */
export async function launchHeadless(args) {
  await ensureDependencies(root)
  await ensureBuilt(root)
  return runNode(path.join(root, 'out/main/cli.js'), ['serve', ...args], { cwd: process.cwd(), stdout: true })
}

/** Electron with all that its window needs of this machine. */
export async function windowRuntime() {
  await ensureSystemPackages(electronPackages, 'the window')
  return ensureElectron()
}

/**
 * @param {import('./electron-runtime.mjs').ElectronRuntime} runtime
 * @param {string} application its folder
 * @param {readonly string[]} args
 */
export function openInElectron(runtime, application, args) {
  return runInSight(runtime.executable, [...sandboxSwitches(runtime.dist), application, ...args], {
    env: { ...process.env, ...electronEnv(runtime) },
  })
}
