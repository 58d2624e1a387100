import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { FirstError } from '@shared/errors'

/**
 * The whole path of a program, as a shell finds it: as it is where it has a slash, else in the folders of PATH.
 * @throws FirstError `model_failed` that names it and where it was looked for
 */
export async function findProgram(model: string, program: string, path: string): Promise<string> {
  const hasSlash = program.includes('/')
  if (hasSlash && !isAbsolute(program)) throw missing(model, program, 'its path must begin with /')
  const candidates = hasSlash ? [program] : path.split(delimiter).filter(isAbsolute).map((folder) => join(folder, program))
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate
  throw missing(model, program, hasSlash ? 'there is no such program that may be run' : `it is in no folder of PATH (${path})`)
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false // not there, or not for this user: the same to whoever looks for it
  }
}

function missing(model: string, program: string, why: string): FirstError {
  return new FirstError('model_failed', `The engine of "${model}", ${program}, was not found: ${why}.`, { action: 'Install it, or write its whole path in launch.' })
}
