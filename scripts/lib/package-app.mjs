import fs from 'node:fs'
import path from 'node:path'
import { runNode } from './processes.mjs'
import { installed } from './tools.mjs'

/**
 * Packages a project with electron-builder and returns its exit code. The runtime at hand is used, so nothing is downloaded.
 * @param {string} project a folder with a package.json and an electron-builder.yml
 * @param {import('./electron-runtime.mjs').ElectronRuntime} runtime
 * @param {readonly string[]} [args] further arguments of electron-builder
 */
export function packageApp(project, { dist }, args = []) {
  const version = fs.readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
  return runNode(installed('electron-builder/cli.js'), ['--dir', '--publish', 'never', `-c.electronDist=${dist}`, `-c.electronVersion=${version}`, ...args], { cwd: project })
}
