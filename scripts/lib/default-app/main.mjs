// What an Electron without an application of its own runs: the application that the command line names.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import * as electron from 'electron'

/** Electron leaves these two out of its types: only an application like this one needs them. */
const app = /** @type {electron.App & { setVersion(version: string): void, setAppPath(folder: string): void }} */ (electron.app)

const require = createRequire(import.meta.url)

/** @param {readonly string[]} args */
function parse(args) {
  /** @type {string[]} */
  const modules = []
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? ''
    if (arg === '-v' || arg === '--version') return { modules, version: true }
    if (arg === '-r' || arg === '--require') modules.push(args[(index += 1)] ?? '')
    else if (arg.startsWith('--require=')) modules.push(arg.slice('--require='.length))
    else if (!arg.startsWith('-')) return { modules, application: path.resolve(arg) }
  }
  return { modules }
}

/** @param {string} application a folder with a package.json, or a script */
function entryOf(application) {
  const manifest = path.join(application, 'package.json')
  if (!fs.existsSync(manifest)) {
    if (!fs.statSync(application).isDirectory()) app.setAppPath(path.dirname(application))
    return require.resolve(application)
  }
  const { name, productName, version, main = 'index.js' } = JSON.parse(fs.readFileSync(manifest, 'utf8'))
  if (version) app.setVersion(version)
  if (productName ?? name) app.setName(productName ?? name)
  app.setPath('userData', path.join(app.getPath('appData'), app.getName()))
  app.setAppPath(application)
  return path.join(application, main)
}

const { modules, application, version } = parse(process.argv.slice(1))
if (version) {
  process.stdout.write(`v${process.versions.electron}\n`)
  process.exit(0)
}
Object.assign(process, { defaultApp: true })
for (const module of modules) require(path.resolve(module))
if (application === undefined || !fs.existsSync(application)) {
  process.stderr.write(application === undefined ? 'Name the folder of an application.\n' : `There is no application at ${application}.\n`)
  process.exit(1)
}
await import(pathToFileURL(entryOf(application)).href)
