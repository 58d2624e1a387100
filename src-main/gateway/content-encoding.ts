import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { FirstError } from '@shared/errors'

const decoders = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
])

export const isPlain = (encoding: string | undefined): boolean => encoding === undefined || encoding === '' || encoding === 'identity'

/**
 * The gateway asks for no compression; some servers compress all the same.
 * @throws FirstError `upstream_garbled` for an encoding that is not known or not kept to, or more than `limitBytes`.
 */
export function decode(bytes: Buffer, encoding: string | undefined, limitBytes: number): Buffer {
  if (encoding === undefined || isPlain(encoding)) return bytes
  const decoder = decoders.get(encoding)
  if (decoder === undefined) throw new FirstError('upstream_garbled', `The server compressed its answer as ${encoding}, which is not known here.`)
  try {
    return decoder(bytes, { maxOutputLength: limitBytes })
  } catch (cause) {
    throw new FirstError('upstream_garbled', `The server said that its answer is compressed as ${encoding}, and it is not.`, { cause })
  }
}
