import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

const sources = ['src-main', 'src-shared', 'src-renderer', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const results = ['out/main/cli.js', 'out/main/electron.js', 'out/preload', 'out/renderer/index.html']

/**
 * A digest that changes when a source is added, removed or written.
 * @param {string} root
 */
export function sourceStamp(root) {
  const hash = createHash('sha256')
  for (const file of sources.flatMap((source) => filesOf(path.join(root, source))).sort()) {
    const { size, mtimeMs } = fs.statSync(file)
    hash.update(`${path.relative(root, file)}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * Whether out/ holds what the sources as they are now would give.
 * @param {string} root
 */
export function isBuilt(root) {
  const file = stampFile(root)
  return fs.existsSync(file)
    && fs.readFileSync(file, 'utf8') === sourceStamp(root)
    && results.every((result) => fs.existsSync(path.join(root, result)))
}

/**
 * @param {string} root
 * @param {string} stamp what `sourceStamp` gave before the build began: a file written meanwhile must count as changed
 */
export function rememberBuild(root, stamp) {
  fs.writeFileSync(stampFile(root), stamp)
}

/** @param {string} root */
export function forgetBuild(root) {
  fs.rmSync(stampFile(root), { force: true })
}

/** @param {string} root */
function stampFile(root) {
  return path.join(root, 'out', '.build-stamp')
}

/**
 * @param {string} place a file or a folder
 * @returns {string[]}
 */
function filesOf(place) {
  if (!fs.existsSync(place)) return []
  if (!fs.statSync(place).isDirectory()) return [place]
  return fs.readdirSync(place).flatMap((name) => filesOf(path.join(place, name)))
}
