import { open, rename, rm } from 'node:fs/promises'
import { FirstError } from '@shared/errors'
import { isErrno } from '../../storage/atomic-file'
import type { CliContext } from '../context'
import { downloadResults } from './batch-http'

/** A file is there when it is whole. @throws FirstError `batch_not_found`, `disk_full`, `invalid_request` for a path that cannot be written */
export async function saveResults(id: string, { dataDir, output, format }: { readonly dataDir: string; readonly output?: string; readonly format: string }, context: CliContext): Promise<void> {
  const results = downloadResults(id, format, { dataDir, signal: context.signal })
  if (output === undefined) await print(results, context)
  else await save(results, output)
}

async function print(results: AsyncIterable<Buffer>, context: CliContext): Promise<void> {
  const decoder = new TextDecoder()
  for await (const piece of results) context.out(decoder.decode(piece, { stream: true }))
}

async function save(results: AsyncIterable<Buffer>, path: string): Promise<void> {
  const part = `${path}.part`
  try {
    const file = await open(part, 'w')
    try {
      for await (const piece of results) await file.writeFile(piece)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true })
    if (isErrno(cause, 'ENOSPC', 'EDQUOT')) throw new FirstError('disk_full', `The disk is full: there is no room for ${path}.`, { cause, action: 'Free some space, or choose another place with -o.' })
    if (isErrno(cause, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EISDIR', 'EROFS')) throw new FirstError('invalid_request', `The results cannot be saved as ${path}: ${cause.message}.`, { cause, action: 'Choose another place with -o.' })
    throw cause
  }
}
