import type { GlobusAccess } from '@shared/config/globus-access'
import { FirstError } from '@shared/errors'
import type { Logger } from '../../core/logger'
import { hashSecret } from '../secret-text'
import { admit, requireOwn, type Admitted } from './admission'
import type { GlobusClient } from './globus-client'
import type { Member } from './group-rules'
import { NotAdmitted } from './not-admitted'
import { RecentMap } from './recent-map'

export interface TokenAccessDeps {
  readonly rules: GlobusAccess
  readonly client: GlobusClient
  /** Told of each new finding about somebody who comes in, and of who does not any more. */
  readonly onAdmitted: (admitted: Admitted) => void
  readonly onRefused: (refused: NotAdmitted) => void
  /** Unix milliseconds. */
  readonly clock: () => number
  readonly logger: Logger
}

/** Turns tokens of Globus into who holds them. */
export interface TokenAccess {
  /**
   * At once for a token that was asked about lately.
   * @throws NotAdmitted, FirstError `globus_unreachable`, also as a rejection
   */
  verify(token: string): Member | Promise<Member>
}

interface Known {
  /** Of steps 7 to 13; whoever fails there is asked about again when this is not fresh any more. */
  readonly outcome: Member | NotAdmitted
  readonly freshUntilMs: number
  readonly groups: readonly string[]
  readonly groupsUntilMs: number
}

const groupsForMs = 600_000
const failuresForMs = 60_000
/** A Globus that is not there is left alone for this long by one token. */
const unreachableForMs = 5_000
const mostTokens = 10_000
/** Tokens that are asked about at once; what anybody may send must not become any number of requests. */
const mostFlights = 64
/** RFC 6750, 2.1, and no longer than any that Globus gives. */
const shape = /^[A-Za-z0-9\-._~+/]{8,2048}=*$/

/** The checks of one configuration, with what is remembered of tokens, by their hash. */
export function createTokenAccess({ rules, client, onAdmitted, onRefused, clock, logger }: TokenAccessDeps): TokenAccess {
  const known = new RecentMap<Known>(mostTokens)
  // Apart, so that guesses push nobody out.
  const failures = new RecentMap<FirstError>(mostTokens)
  const flights = new Map<string, Promise<Member>>()

  const decide = (token: Parameters<typeof admit>[1], before: Known | undefined): Member | NotAdmitted => {
    try {
      const admitted = admit(rules, token, clock() / 1_000)
      // The same object for as long as nothing changes: grants are kept by it.
      const identity = before !== undefined && !(before.outcome instanceof NotAdmitted) && isAlike(before.outcome, admitted.identity) ? before.outcome : admitted.identity
      onAdmitted({ ...admitted, identity })
      return identity
    } catch (cause) {
      if (!(cause instanceof NotAdmitted)) throw cause
      onRefused(cause)
      return cause
    }
  }

  /** Throws for what fails before there is anything to decide on, which is what FIRST keeps as a failure. */
  const find = async (hash: string, token: string): Promise<Member | NotAdmitted> => {
    const before = known.get(hash, clock())
    const found = await client.introspect(token)
    if (!found.active) throw new NotAdmitted('Token is either not active or invalid')
    requireOwn(rules, found)
    const hasGroups = before !== undefined && clock() < before.groupsUntilMs
    const groups = hasGroups ? before.groups : await client.groups(token)
    const nowMs = clock()
    const endMs = found.exp * 1_000
    if (endMs <= nowMs) logger.warn({ secondsAgo: Math.round((nowMs - endMs) / 1_000) }, 'Globus says that a token is active which is expired by the clock of this machine: is it right?')
    const outcome = decide({ token: found, groups }, before)
    const cacheUntilMs = nowMs + rules.cacheS * 1_000
    const freshUntilMs = endMs > nowMs ? Math.min(cacheUntilMs, endMs) : cacheUntilMs
    const groupsUntilMs = hasGroups ? before.groupsUntilMs : Math.min(nowMs + groupsForMs, endMs)
    known.set(hash, { outcome, freshUntilMs, groups, groupsUntilMs }, Math.max(freshUntilMs, groupsUntilMs))
    return outcome
  }

  const remember = (hash: string, cause: unknown): void => {
    if (cause instanceof NotAdmitted) {
      onRefused(cause)
      known.delete(hash)
      failures.set(hash, cause.again(), clock() + failuresForMs)
    } else if (cause instanceof FirstError) {
      logger.warn({ cause: cause.cause, reason: cause.message }, 'a token could not be checked')
      failures.set(hash, cause, clock() + unreachableForMs)
    }
  }

  return {
    verify(token) {
      if (!shape.test(token)) throw new NotAdmitted('Token is either not active or invalid')
      const hash = hashSecret(token)
      const nowMs = clock()
      const entry = known.get(hash, nowMs)
      if (entry !== undefined && nowMs < entry.freshUntilMs) return settled(entry.outcome)
      const failure = failures.get(hash, nowMs)
      if (failure !== undefined) throw failure
      const flying = flights.get(hash)
      if (flying !== undefined) return flying
      if (flights.size >= mostFlights) throw new FirstError('globus_unreachable', 'Too many tokens are asked about at once.', { retryAfterS: 1 })
      const flight = find(hash, token)
        .catch((cause: unknown) => {
          remember(hash, cause)
          throw cause
        })
        .then(settled)
        .finally(() => flights.delete(hash))
      flights.set(hash, flight)
      return flight
    },
  }
}

function settled(outcome: Member | NotAdmitted): Member {
  if (outcome instanceof NotAdmitted) throw outcome
  return outcome
}

const isAlike = (one: Member, other: Member): boolean => JSON.stringify(one) === JSON.stringify(other)
