import { z } from 'zod'
import type { Clock } from '../core/clock'
import { hashSecret, systemRandom, type RandomBytes } from '../identity/secret-text'
import type { Database } from '../storage/database'

/** Browsers that the owner let in; they stay in over restarts of the core. */
export interface BrowserSessions {
  /** @returns the header `Set-Cookie` for a new session. */
  open(): string
  /** Whether the header `Cookie` of a request names a session that is alive. */
  isOpen(cookieHeader: string | undefined): boolean
}

const lifetimeS = 30 * 86_400

/**
 * @param name of the cookie: browsers share cookies between the ports of a host, so each data directory has its own.
 * @param ownerKey goes into what is kept of a session: with another key in `local.key` every session is over.
 */
export function createBrowserSessions(deps: { database: Database; clock: Clock; name: string; ownerKey: string; random?: RandomBytes }): BrowserSessions {
  const { database, clock, name, ownerKey } = deps
  const random = deps.random ?? systemRandom
  const hashOf = (secret: string): string => hashSecret(`${secret} ${ownerKey}`)
  return {
    open() {
      const secret = random(32).toString('base64url')
      const now = clock.now()
      database.run('DELETE FROM sessions WHERE expires_at_ms <= ?', now)
      database.run('INSERT INTO sessions (hash, created_at_ms, expires_at_ms) VALUES (?, ?, ?)', hashOf(secret), now, now + lifetimeS * 1000)
      return `${name}=${secret}; Path=/; Max-Age=${lifetimeS}; HttpOnly; SameSite=Strict`
    },
    isOpen(cookieHeader) {
      const secret = cookieOf(cookieHeader, name)
      if (secret === undefined || secret.length > 128) return false
      return database.get(z.object({ found: z.number() }), 'SELECT 1 AS found FROM sessions WHERE hash = ? AND expires_at_ms > ?', hashOf(secret), clock.now()) !== undefined
    },
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}
