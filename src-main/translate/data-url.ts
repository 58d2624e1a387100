const pattern = /^data:([^;,]*)(;[^,]*)?,(.*)$/s

export interface DataUrl {
  readonly mediaType: string
  readonly base64: string
}

/** Undefined for a URL that is no `data:` URL (RFC 2397). */
export function readDataUrl(url: string): DataUrl | undefined {
  const match = pattern.exec(url)
  if (match === null) return undefined
  const [, mediaType = '', parameters = '', data = ''] = match
  return { mediaType: mediaType === '' ? 'text/plain' : mediaType, base64: parameters.endsWith(';base64') ? data : Buffer.from(decodeURIComponent(data)).toString('base64') }
}

export function writeDataUrl({ mediaType, base64 }: DataUrl): string {
  return `data:${mediaType};base64,${base64}`
}
