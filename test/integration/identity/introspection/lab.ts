import { inspect } from 'node:util'
import { createGlobusEntrance } from '@main/identity/introspection/globus-entrance'
import { globusUrls } from '@main/identity/introspection/globus-client'
import type { Logger } from '@main/core/logger'
import type { Globus } from '../../../doubles/globus/globus'
import { ids } from '../../../doubles/globus/usual-world'
import { startGateway, type GatewayFixtureOptions, type GatewayUnderTest } from '../../gateway/gateway-fixture'

export const secretReference = '${env:LAB_SECRET}'

/** `access.globus` of the lab's config.yaml. */
export const labAccess = (given: object = {}): object => ({ clientId: ids.labGateway, clientSecret: secretReference, allowedDomains: ['anl.gov', 'alcf.anl.gov', 'uchicago.edu'], ...given })

export interface Lab extends GatewayUnderTest {
  /** What was logged, a line each. */
  readonly lines: readonly string[]
  /** Asks in somebody's name. */
  as(token: string, path: string, body?: object): Promise<Response>
}

export interface LabOptions extends GatewayFixtureOptions {
  readonly globus: Globus
  readonly access?: object
  /** The other rules of `access`. */
  readonly rules?: object
  /** Of config.yaml; default: the one that is right. */
  readonly secret?: string
  /** Milliseconds by which the clock of the lab is wrong. */
  readonly clockOffByMs?: number
  /** Its clock stands still, at the time when it starts. */
  readonly isFrozen?: boolean
}

/** A gateway that admits callers by tokens of the double, whose time is the double's. */
export async function startLab({ globus, access = labAccess(), rules: others = {}, secret = ids.labSecret, clockOffByMs = 0, isFrozen = false, ...options }: LabOptions): Promise<Lab> {
  const lines: string[] = []
  const logger = loggerInto(lines)
  const startedAtMs = globus.clock.nowMs()
  const clock = { now: () => (isFrozen ? startedAtMs : globus.clock.nowMs()) + clockOffByMs }
  const gateway = await startGateway({
    ...options,
    config: { ...options.config, access: { ...others, globus: access } },
    tokens: ({ rules, database }) => createGlobusEntrance({ rules, urls: globusUrls(globus.env), secret: () => secret, database, clock, logger }),
  })
  return {
    ...gateway,
    lines,
    as: (token, path, body) => (body === undefined ? gateway.get(path, { authorization: `Bearer ${token}` }) : gateway.post(path, body, { authorization: `Bearer ${token}` })),
  }
}

function loggerInto(lines: string[]): Logger {
  const write = (...words: readonly unknown[]): void => void lines.push(inspect(words, { depth: 8 }))
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger }
  return logger
}

/** Somebody's token for the lab, without a browser. */
export const tokenOf = (globus: Globus, username: string, alsoAs: readonly string[] = [], scope: string = ids.labScope): string => globus.signIn({ username, client: ids.labClient, scope, alsoAs }).access_token
