import process from 'node:process'
import { isCode } from './lock.mjs'
import { sayFailure, SetupError } from './say.mjs'

/**
 * Runs a script's work with the arguments it was given and ends with the code it returns; a failure is said and ends with 1.
 * @param {(args: string[]) => Promise<number | void>} main
 */
export async function runEntry(main) {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0
  } catch (error) {
    sayFailure(isCode(error, 'ENOSPC') ? new SetupError('The disk is full.', 'Free some space and run the command again.') : error)
    process.exitCode = 1
  }
}
