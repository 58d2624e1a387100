import process from 'node:process'

/** A failure that a person can act on: one sentence of what is wrong, one of what to do. */
export class SetupError extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} wayForward what the person can do about it
   */
  constructor(message, wayForward) {
    super(message)
    this.name = 'SetupError'
    this.wayForward = wayForward
  }
}

/**
 * Tells the person what is going on. Always stderr: stdout belongs to the one ready line.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * Prints why a script ends.
 * @param {unknown} cause
 */
export function sayFailure(cause) {
  if (cause instanceof SetupError) say(`\n✗ ${cause.message}\n  ${cause.wayForward}`)
  else say(`\n✗ ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`)
}

/**
 * A length of time as a person reads it.
 * @param {number} elapsedMs
 */
export function duration(elapsedMs) {
  const seconds = elapsedMs / 1000
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
