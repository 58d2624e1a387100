import { FirstError } from '@shared/errors'
import { isErrno } from '../storage/atomic-file'

/** errno(3): they say nothing of a batch, and pass once a file system is back, a descriptor or some room is free, or a permission is mended. */
const passing = ['EACCES', 'EAGAIN', 'EBUSY', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENODEV', 'ENOMEM', 'ENOSPC', 'ENOTCONN', 'EPERM', 'EROFS', 'ESTALE', 'ETIMEDOUT'] as const

/** What a batch has to wait for, where that is why it could not go on; undefined: trying again would change nothing. */
export function passingFault(cause: unknown): FirstError | undefined {
  if (isErrno(cause, ...passing)) return new FirstError('data_dir_unusable', `The files of the batch cannot be read and written: ${cause.message}.`, { cause })
  if (!(cause instanceof FirstError)) return undefined
  if (cause.code === 'disk_full' || cause.code === 'data_dir_unusable') return cause
  const within = passingFault(cause.cause)
  return within === undefined || cause.code === 'internal_error' ? within : cause
}
