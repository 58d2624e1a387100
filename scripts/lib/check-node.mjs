// Imported first by every script, so it holds no syntax and no import that an old Node lacks.
import process from 'node:process'

const oldest = { major: 20, minor: 19 }

/**
 * The sentence for a Node that is too old, or undefined when it is new enough.
 * @param {string} version as in `process.versions.node`, for example "18.20.4"
 */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return undefined
  return `FIRST Desktop needs Node ${oldest.major}.${oldest.minor} or newer, and this is Node ${version}.`
}

const complaint = nodeComplaint(process.versions.node)
if (complaint !== undefined) {
  process.stderr.write(`\n✗ ${complaint}\n  Install a current one from https://nodejs.org or with your version manager, then run the command again.\n`)
  process.exit(1)
}
