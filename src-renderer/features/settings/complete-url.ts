/** Adds what a person leaves out: the scheme, `http` on this machine and `https` elsewhere. */
export function completeUrl(typed: string): string | undefined {
  const text = typed.trim()
  // A browser takes blanks in a host for a part of its name.
  if (text === '' || /\s/.test(text)) return undefined
  const isHere = /^(?:localhost|127\.|\[::1\])/.test(text)
  const full = /^[a-z]+:\/\//i.test(text) ? text : `${isHere ? 'http' : 'https'}://${text}`
  if (!URL.canParse(full)) return undefined
  return /^https?:$/.test(new URL(full).protocol) ? full : undefined
}
