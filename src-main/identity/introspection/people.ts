import { z } from 'zod'
import type { Clock } from '../../core/clock'
import type { Logger } from '../../core/logger'
import type { Database } from '../../storage/database'
import type { Admitted } from './admission'
import type { Member } from './group-rules'

interface PeopleDeps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** Somebody who came in by Globus before. */
export interface Person {
  readonly identity: Member
  /** Unix milliseconds; of a program: when it last came. */
  readonly signedInAtMs: number
  readonly seenAtMs: number
  /** False: refused since. */
  readonly isAdmitted: boolean
}

/** Who came in by Globus, as they were when they last did; kept, so that batches go on after a restart and records have names. */
export interface People {
  find(id: string): Person | undefined
  list(): readonly Person[]
  admitted(admitted: Admitted): void
  refused(id: string): void
}

const writeEveryMs = 60_000

const member = z.object({
  kind: z.literal('globus'),
  id: z.string(),
  name: z.string(),
  username: z.string(),
  domain: z.string(),
  provider: z.object({ id: z.string(), name: z.string() }),
  groups: z.array(z.string()),
})
const stored = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'no JSON' })
      return z.NEVER
    }
  })
  .pipe(member)
const row = z.object({ identity: z.string(), signed_in_at_ms: z.number(), seen_at_ms: z.number(), is_admitted: z.number() })

export function createPeople({ database, clock, logger }: PeopleDeps): People {
  const people = new Map<string, Person>()
  for (const { identity, signed_in_at_ms: signedInAtMs, seen_at_ms: seenAtMs, is_admitted } of database.all(row, 'SELECT identity, signed_in_at_ms, seen_at_ms, is_admitted FROM globus_identities')) {
    const read = stored.safeParse(identity)
    if (read.success) people.set(read.data.id, { identity: read.data, signedInAtMs, seenAtMs, isAdmitted: is_admitted === 1 })
    else logger.warn({ cause: read.error }, 'somebody who came in by Globus before is not remembered: what is kept of them cannot be read')
  }

  const keep = (person: Person): void => {
    const { identity, signedInAtMs, seenAtMs, isAdmitted } = person
    people.set(identity.id, person)
    try {
      database.run('INSERT OR REPLACE INTO globus_identities (id, identity, signed_in_at_ms, seen_at_ms, is_admitted) VALUES (?, ?, ?, ?, ?)', identity.id, JSON.stringify(identity), signedInAtMs, seenAtMs, isAdmitted ? 1 : 0)
    } catch (cause) {
      // It is in memory, and is written when they come again.
      logger.warn({ cause, identity: identity.id }, 'who came in by Globus could not be kept')
    }
  }

  return {
    find: (id) => people.get(id),
    list: () => [...people.values()],
    admitted({ identity, signedInAtS }) {
      const nowMs = clock.now()
      const signedInAtMs = signedInAtS === undefined ? nowMs : signedInAtS * 1_000
      const before = people.get(identity.id)
      const isSame = before?.isAdmitted === true && before.signedInAtMs === signedInAtMs && JSON.stringify(before.identity) === JSON.stringify(identity)
      if (!isSame || nowMs - before.seenAtMs >= writeEveryMs) keep({ identity, signedInAtMs, seenAtMs: nowMs, isAdmitted: true })
    },
    refused(id) {
      const before = people.get(id)
      if (before?.isAdmitted === true) keep({ ...before, isAdmitted: false })
    },
  }
}
