import { FirstError } from '@shared/errors'

const pattern = /^data:([^;,]*)(;[^,]*)?,(.*)$/s

export interface DataUrl {
  readonly mediaType: string
  readonly base64: string
}

/** Undefined for a URL that is no `data:` URL (RFC 2397). @throws FirstError `invalid_request` for one whose text is escaped wrongly */
export function readDataUrl(url: string): DataUrl | undefined {
  const match = pattern.exec(url)
  if (match === null) return undefined
  const [, mediaType = '', parameters = '', data = ''] = match
  return { mediaType: mediaType === '' ? 'text/plain' : mediaType, base64: parameters.endsWith(';base64') ? data : Buffer.from(unescaped(data)).toString('base64') }
}

function unescaped(data: string): string {
  try {
    return decodeURIComponent(data)
  } catch (cause) {
    throw new FirstError('invalid_request', 'A data URL in this request cannot be read: a % in it is not followed by two hexadecimal digits of a UTF-8 text.', { param: 'messages', cause })
  }
}

export function writeDataUrl({ mediaType, base64 }: DataUrl): string {
  return `data:${mediaType};base64,${base64}`
}
