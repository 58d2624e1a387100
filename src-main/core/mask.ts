/** Hides what must never stand in a log: what looks like a key, and each secret that was registered. */
export interface Mask {
  register(secret: string): void
  apply(line: string): string
}

const hidden = '[hidden]'

/** A pattern and what takes its place; each keeps enough to see that something was there. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[^\s"'\\,}]+/gi, `$1 ${hidden}`],
  [/("(?:authorization|proxy-authorization|x-api-key|api-?key|cookie|set-cookie|password|secret|(?:access_?|refresh_?)?token)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi, `$1"${hidden}"`],
  // The id of a replica has twelve signs, and is no key.
  [/\b(?!fd-[a-z0-9]{12}(?![A-Za-z0-9_-]))(?:fd|sk|pk|hf|gsk)[-_][A-Za-z0-9_-]{12,}/g, hidden],
  [/\b(?:guide|llama)-[0-9a-f]{16,}/g, hidden],
  [/([?&](?:code|key|token|api_key)=)[^&\s"'\\]+/gi, `$1${hidden}`],
]

/** Shorter ones would hide ordinary words. */
const shortestSecret = 6

export function createMask(): Mask {
  const secrets = new Set<string>()
  return {
    register(secret) {
      if (secret.length < shortestSecret) return
      secrets.add(secret)
      secrets.add(JSON.stringify(secret).slice(1, -1))
    },
    apply(line) {
      let masked = line
      for (const secret of secrets) masked = masked.replaceAll(secret, hidden)
      for (const [pattern, replacement] of patterns) masked = masked.replace(pattern, replacement)
      return masked
    },
  }
}
