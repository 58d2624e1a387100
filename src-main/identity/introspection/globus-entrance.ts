import type { GlobusAccess } from '@shared/config/globus-access'
import type { Identity } from '@shared/domain/identity'
import type { Clock } from '../../core/clock'
import type { Logger } from '../../core/logger'
import type { Database } from '../../storage/database'
import type { TokenVerifier } from '../token-verifier'
import { isStillAdmitted } from './admission'
import { bearerToken } from './bearer-token'
import { createGlobusClient, type GlobusClient, type GlobusUrls } from './globus-client'
import type { Member } from './group-rules'
import { createPace } from './pace'
import { createPeople } from './people'
import { createTokenAccess, type TokenAccess } from './token-access'

export interface GlobusAccessDeps {
  /** The rules as they are now; absent: no token opens this gateway. */
  readonly rules: () => GlobusAccess | undefined
  readonly urls: GlobusUrls
  /** Reads a reference of config.yaml. @throws FirstError */
  readonly secret: (reference: string) => string
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
}

/** How people come in by Globus, and who did. */
export interface GlobusEntrance extends TokenVerifier {
  /**
   * Whose batches go on: somebody who came in, who still would by the rules as they are now, and whose session is not older than
   * `sessionS`. Their groups are those of when they last came.
   */
  identity(id: string): Identity | undefined
  /** Usernames by id, for records. */
  names(): ReadonlyMap<string, string>
  close(): Promise<void>
}

/** What is in force of one configuration. */
interface InForce {
  readonly rules: GlobusAccess
  readonly client: GlobusClient
  readonly access: TokenAccess
}

export function createGlobusEntrance({ rules: currentRules, urls, secret, database, clock, logger }: GlobusAccessDeps): GlobusEntrance {
  const people = createPeople({ database, clock, logger })
  const pace = createPace()
  let inForce: InForce | undefined
  let seen: GlobusAccess | undefined

  /** What was found out under other rules is not believed any more. */
  const look = (): InForce | undefined => {
    const rules = currentRules()
    if (rules === seen) return inForce
    const isAlike = JSON.stringify(rules) === JSON.stringify(seen)
    seen = rules
    if (isAlike) return inForce
    void inForce?.client.close('idle').catch((cause: unknown) => logger.warn({ cause }, 'connections to Globus could not be closed'))
    inForce = rules === undefined ? undefined : bringInForce(rules)
    return inForce
  }
  const bringInForce = (rules: GlobusAccess): InForce => {
    const client = createGlobusClient({ urls, rules, secret: () => secret(rules.clientSecret) })
    const access = createTokenAccess({
      rules,
      client,
      onAdmitted: (admitted) => people.admitted(admitted),
      onRefused({ who, message }) {
        logger.info({ identity: who.id, username: who.username, reason: message }, 'somebody was refused who came with a token of Globus')
        if (who.id !== undefined) people.refused(who.id)
      },
      clock: () => clock.now(),
      logger,
    })
    return { rules, client, access }
  }

  return {
    isOn: () => look() !== undefined,
    verify(headers) {
      const current = look()
      if (current === undefined) throw new Error('no tokens are taken here')
      const { rules, access } = current
      const paced = (identity: Member): Identity => {
        pace.take(identity.id, identity.username, rules.requestsPerSecond, clock.now())
        return identity
      }
      const found = access.verify(bearerToken(rules, headers))
      return found instanceof Promise ? found.then(paced) : paced(found)
    },
    identity(id) {
      const current = look()
      const person = people.find(id)
      if (current === undefined || person?.isAdmitted !== true || !isStillAdmitted(current.rules, person.identity)) return undefined
      return clock.now() - person.signedInAtMs < current.rules.sessionS * 1_000 ? person.identity : undefined
    },
    names: () => new Map(people.list().map(({ identity }) => [identity.id, identity.username])),
    close: async () => inForce?.client.close('now'),
  }
}
