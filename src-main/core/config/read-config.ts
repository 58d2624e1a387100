import { readFile, stat } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'

/** Far above what people write; a larger file is something else, and would hold the start up for minutes. */
const largestBytes = 1_000_000

/**
 * The text of config.yaml; empty when there is none and none is required.
 * @throws FirstError `config_invalid` that says why it cannot be read.
 */
export async function readConfig(path: string, isRequired: boolean): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size <= largestBytes) return await readFile(path, 'utf8')
  } catch (cause) {
    if (isErrno(cause, 'ENOENT') && !isRequired) return ''
    throw unreadable(path, isErrno(cause, ...Object.keys(reasons)) ? (reasons[cause.code ?? ''] ?? cause.message) : cause instanceof Error ? cause.message : String(cause), cause)
  }
  throw unreadable(path, 'it is larger than 1 MB, which no configuration is')
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user has no permission to read it',
}

function unreadable(path: string, why: string, cause?: unknown): FirstError {
  return new FirstError('config_invalid', `The configuration file ${path} cannot be read: ${why}.`, { cause, action: 'Mend that, or name another file with --config.' })
}
