/** A name for the server at an address: its host as a cluster may be called, told apart from the names that are taken. */
export function nameFromUrl(url: string, taken: readonly string[]): string {
  const base = baseName(url)
  const isFree = (name: string) => !taken.includes(name)
  if (isFree(base)) return base
  for (let number = 2; ; number += 1) if (isFree(`${base}-${number}`)) return `${base}-${number}`
}

/** Parts of a host that say nothing about whose it is. */
const noise = new Set(['www', 'api', 'com', 'org', 'net', 'gov', 'edu', 'example'])

function baseName(url: string): string {
  if (!URL.canParse(url)) return 'server'
  const { hostname } = new URL(url)
  if (hostname === 'localhost' || hostname.startsWith('127.') || hostname.includes(':')) return 'localhost'
  const isAddress = /^[\d.]+$/.test(hostname)
  const words = isAddress ? [hostname.replaceAll('.', '-')] : hostname.split('.')
  const telling = words.find((word) => !noise.has(word)) ?? words[0] ?? 'server'
  return telling.toLowerCase().replace(/[^a-z0-9-]/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'server'
}
